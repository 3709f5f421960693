import { createHash } from 'node:crypto'
import { mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { basename, dirname, extname, join } from 'node:path'
import { NidusError } from '../../contract/errors'
import { manifestSchema, type MapName, type ModelManifest, type Preprocessing } from '../../contract/manifest'
import { mapSettingsOf } from '../../maps/map-settings'
import { loadModel, type CatalogueModel } from '../model-catalogue'
import { defaultPreprocessing } from './default-preprocessing'
import { describeNetwork, type NetworkDescription, type StatedFacts } from './describe-network'
import { findNetworkFile } from './find-network-file'
import { fitStatistics } from './fit-statistics'
import { inlineExternalData } from './inline-external-data'
import { listNormals, type Normals } from './list-normals'
import { makeManifest } from './make-manifest'
import { refuseTakenId } from './refuse-taken-id'
import { describeCheck, selfCheck } from './self-check'
import { writeCard } from './write-card'
import { makeFolder } from '../../platform/make-folder'

/** A model that a user brings, and what they say about it. */
export interface AddRequest extends StatedFacts {
  /** ONNX file, or folder with one */
  source: string
  /** folder of normal images; needed unless a model.json with statistics lies beside the network */
  normals?: string
  id?: string
  name?: string
  preprocessing?: Preprocessing
  modalities?: string[]
  bodyParts?: string[]
  contrast?: string
  orientation?: ModelManifest['trainedFor']['orientation']
  licence?: string
}

/** What adding needs from its surroundings. */
export interface AddContext {
  shippedFolder: string
  /** models/ in the user's data folder; made if needed */
  userFolder: string
  now: Date
  signal: AbortSignal
  /** asks whether proposed roles are right */
  confirm(described: NetworkDescription): Promise<boolean>
  /** a line on what was found or is being done */
  tell(line: string): void
  /** slices of the normal images that are done */
  progress?(done: number, total: number): void
}

/**
 * Adds a model to the user's folder: finds the roles, brings in external weights, differentiates, compares the
 * gradients with finite differences, fits statistics and thresholds from normal images, and only then puts the
 * folder in its place. Nothing is left behind where any of it fails.
 * @throws usage (normals missing, roles not confirmed), model-exists, model-*, onnx-*, output-unwritable
 */
export async function addModel(request: AddRequest, context: AddContext): Promise<CatalogueModel> {
  const source = await findNetworkFile(request.source)
  const original = await readFile(source.network)
  const whole = await inlineExternalData(original, source.folder)
  const described = await describeNetwork(whole.bytes, source, request)
  const given = described.manifest
  if (given?.sha256 !== undefined && given.sha256 !== sha256Of(original)) {
    const [expected, found] = [given.sha256, sha256Of(original)]
    throw new NidusError('model-hash-mismatch', { path: source.network, expected, found })
  }
  const ready = request.normals === undefined ? readyManifest(described, request) : null
  const id = request.id ?? idFrom(given?.id ?? described.name ?? nameOfSource(source.network))
  await refuseTakenId(id, context)
  if (described.origin === 'proposal' && !(await context.confirm(described))) {
    throw new NidusError('usage', {
      reason:
        'the roles are only a proposal: run again with --accept if they are right, or state them with --roles CASE.json'
    })
  }
  const { check, built } = await selfCheck(whole.bytes, described.spec)
  context.tell(`self-check: ${describeCheck(check)}`)

  const stage = await makeStage(context.userFolder)
  try {
    await writeFile(join(stage, 'model.onnx'), whole.bytes)
    const sha256 = sha256Of(whole.bytes)
    const name = request.name ?? given?.name ?? described.name ?? id
    const notes = [...built.notes, ...described.doubts]
    const finished = ready
      ? {
          manifest: { ...ready, ...statedFacts(request, ready), id, name, sha256, file: 'model.onnx' },
          fittedOn: null
        }
      : await calibrated({ id, name, sha256, stage, described, notes }, request, context)
    const { manifest } = finished
    const card = writeCard(manifest, {
      originFile: basename(source.network),
      originSha256: sha256Of(original),
      rolesFrom: described.path ? basename(described.path) : 'names and shapes, confirmed by the user',
      sideFiles: whole.sideFiles,
      selfCheck: describeCheck(check),
      fittedOn: finished.fittedOn,
      notes
    })
    await writeFile(join(stage, 'model.json'), JSON.stringify(manifest, null, 2) + '\n')
    await writeFile(join(stage, 'card.md'), card)
    await loadModel(stage) // whoever adds has to hear of a contradiction, not whoever opens it later
    const folder = join(context.userFolder, id)
    await rename(stage, folder)
    return await loadModel(folder)
  } catch (thrown) {
    await rm(stage, { recursive: true, force: true })
    throw writeFault(thrown, context.userFolder)
  }
}

/** The whole manifest that lay beside the network; without one, normal images are needed. */
function readyManifest({ manifest, path }: NetworkDescription, request: AddRequest): ModelManifest {
  const whole = manifest === undefined ? undefined : manifestSchema.safeParse(manifest)
  if (whole?.success) {
    const { loss, beta, range, preprocessing, image } = request
    if ([loss, beta, range, preprocessing, image].every((stated) => stated === undefined)) return whole.data
    throw new NidusError('usage', {
      reason:
        'the statistics of the model.json hold only for what it says: with --loss, --beta, --range, --image or --preprocessing they have to be fitted anew (--normals FOLDER)'
    })
  }
  const issue = whole?.error.issues[0]
  const why = issue
    ? ` ${String(path)} is not complete either (${issue.path.map(String).join('.')}: ${issue.message}).`
    : ''
  throw new NidusError('usage', {
    reason: `--normals FOLDER is needed: scores are measured against normal images, and thresholds are not made up.${why}`
  })
}

/** What the user says about a model goes before what its model.json says. */
function statedFacts(
  { modalities, bodyParts, contrast, orientation, licence }: AddRequest,
  known: Pick<ModelManifest, 'trainedFor' | 'licence'>
): Pick<ModelManifest, 'trainedFor' | 'licence'> {
  const { trainedFor } = known
  return {
    trainedFor: {
      modalities: modalities ?? trainedFor.modalities,
      bodyParts: bodyParts ?? trainedFor.bodyParts,
      contrast: contrast ?? trainedFor.contrast,
      orientation: orientation ?? trainedFor.orientation
    },
    licence: licence ?? known.licence
  }
}

interface Unfitted {
  id: string
  name: string
  sha256: string
  stage: string
  described: NetworkDescription
  notes: string[]
}

async function calibrated(
  { id, name, sha256, stage, described, notes }: Unfitted,
  request: AddRequest,
  context: AddContext
): Promise<{ manifest: ModelManifest; fittedOn: { slices: number; skipped: number } }> {
  const normals = await listNormals(request.normals as string, context.signal)
  const draft = makeManifest(described, {
    id,
    name,
    sha256,
    preprocessing: await preprocessingFor(request, described, normals, notes),
    ...statedFacts(request, {
      trainedFor: described.manifest?.trainedFor ?? {
        modalities: normals.modalities,
        bodyParts: [normals.bodyPart ?? 'any'],
        contrast: 'any',
        orientation: 'any'
      },
      licence: described.manifest?.licence ?? 'NOASSERTION'
    })
  })
  context.tell(`fitting statistics on ${normals.slices.length} of ${normals.found} slices`)
  const version = context.now.toISOString().slice(0, 10)
  const fitted = await fitStatistics({ id, folder: stage, manifest: draft }, normals.slices, {
    version,
    signal: context.signal,
    onProgress: (done, total) => {
      context.progress?.(done, total)
      // batches of 8 divide 200: a line for every 200 slices
      if (done % 200 === 0 && done < total) context.tell(`${done} of ${total} slices`)
    }
  })
  const { statistics, thresholds, sliceScore } = fitted
  for (const { path, reason } of fitted.skipped.slice(0, 5)) context.tell(`left out: ${path}: ${reason}`)
  if (fitted.skipped.length > 5) context.tell(`left out: ${fitted.skipped.length - 5} more`)
  for (const { path, message } of normals.problems.slice(0, 5)) context.tell(`warning: ${path}: ${message}`)
  const { ensemble: _, ...settings } = draft.maps
  const maps = { ...settings, ...mapSettingsOf(draft), available: fittedMaps(draft, statistics), statistics }
  return {
    manifest: { ...draft, maps, thresholds, sliceScore },
    fittedOn: { slices: fitted.slices, skipped: fitted.skipped.length }
  }
}

/** The maps that statistics were fitted for, in the order of the draft. */
function fittedMaps({ maps }: ModelManifest, statistics: ModelManifest['maps']['statistics']): MapName[] {
  return maps.available.filter((map) => statistics[map])
}

async function preprocessingFor(
  request: AddRequest,
  { manifest, range }: NetworkDescription,
  normals: Normals,
  notes: string[]
): Promise<Preprocessing> {
  const stated = request.preprocessing ?? manifest?.preprocessing
  if (stated) return stated
  const { preprocessing, because } = await defaultPreprocessing(range, normals.slices)
  notes.push(`preprocessing assumed: whole image; ${because}`)
  return preprocessing
}

async function makeStage(userFolder: string): Promise<string> {
  try {
    await makeFolder(userFolder)
    // beside the models, so that no catalogue sees it and the rename stays on one disk
    return await mkdtemp(join(dirname(userFolder), 'model-being-added-'))
  } catch (thrown) {
    throw writeFault(thrown, userFolder)
  }
}

function writeFault(thrown: unknown, path: string): unknown {
  const code = (thrown as NodeJS.ErrnoException).code
  const isFileFault = thrown instanceof Error && !(thrown instanceof NidusError) && code !== undefined
  if (!isFileFault) return thrown
  if (code === 'ENOTEMPTY' || code === 'EEXIST') {
    return new NidusError('model-exists', { path, reason: 'it was added meanwhile' }, { cause: thrown })
  }
  return new NidusError('output-unwritable', { path, reason: code }, { cause: thrown })
}

/** What a network is called after its file, or its folder where the file is called model. */
export function nameOfSource(network: string): string {
  const stem = basename(network, extname(network))
  return stem === 'model' ? basename(dirname(network)) : stem
}

/** An ID of small letters, digits and hyphens from any name. */
export function idFrom(name: string): string {
  const id = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
  return id || 'model'
}

function sha256Of(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}
