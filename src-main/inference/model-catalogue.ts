import { readdir, readFile } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import type { z } from 'zod'
import { NidusError, toNidusError } from '../contract/errors'
import { mapFacts } from '../contract/map-facts'
import { manifestSchema, type MapName, type ModelManifest } from '../contract/manifest'
import { whyNoKl } from '../contract/why-no-kl'
import { latentMaps } from './gradient-spec-of'
import { readModelFile } from './read-model-file'

export { readModelFile } from './read-model-file'

/** A model whose manifest is valid and whose network file has the hash that the manifest states. */
export interface CatalogueModel {
  id: string
  folder: string
  manifest: ModelManifest
  /** the other models of its ensemble, where all of them are there and prepare images alike */
  members?: CatalogueModel[]
}

/** A model folder that cannot be used, and why. */
export interface ModelProblem {
  id: string
  folder: string
  error: NidusError
}

/**
 * Loads every model below the given folders (one model a subfolder that holds a model.json). A broken model is
 * listed with its problem and the rest loads; of two models with one ID the first stays.
 * @param folders such as `models/`; folders that do not exist count as empty
 */
export async function loadCatalogue(
  folders: string[]
): Promise<{ models: CatalogueModel[]; problems: ModelProblem[] }> {
  const models: CatalogueModel[] = []
  const problems: ModelProblem[] = []
  for (const folder of await modelSubfolders(folders)) {
    try {
      const model = await loadModel(folder)
      const twin = models.find(({ id }) => id === model.id)
      if (twin) throw invalid(folder, 'id', `another model has the ID ${model.id} already`)
      models.push(model)
    } catch (thrown) {
      problems.push({ id: basename(folder), folder, error: toNidusError(thrown) })
    }
  }
  return { models: models.map((model) => withMembers(model, models)), problems }
}

/**
 * Loads one model folder.
 * @throws model-not-found (no model.json), model-manifest-invalid (names file and field), model-file-missing,
 *   model-hash-mismatch
 */
export async function loadModel(folder: string): Promise<CatalogueModel> {
  const model = await loadAlone(resolve(folder))
  const beside: CatalogueModel[] = []
  for (const { id } of model.manifest.maps.ensemble?.members ?? []) {
    const found = await loadAlone(join(dirname(model.folder), id)).catch(() => null)
    if (found) beside.push(found)
  }
  return withMembers(model, beside)
}

async function loadAlone(folder: string): Promise<CatalogueModel> {
  const manifest = await readManifest(folder)
  const model = { id: manifest.id, folder, manifest }
  await readModelFile(model)
  return model
}

/**
 * Gives a model the other models of its ensemble. Where one is missing, is another file than its statistics were
 * fitted with, or prepares images in another way, the ensemble's maps are not available.
 */
function withMembers(model: CatalogueModel, known: CatalogueModel[]): CatalogueModel {
  const { maps } = model.manifest
  if (model.members || !maps.ensemble) return model
  const members = maps.ensemble.members.map(({ id, sha256 }) =>
    known.find((other) => other.id === id && other.manifest.sha256 === sha256)
  )
  const { map } = maps.ensemble
  if (members.every((member) => member && canJoin(model.manifest, member.manifest, map))) {
    return { ...model, members: members as CatalogueModel[] }
  }
  const available = maps.available.filter((name) => mapFacts[name].group !== 'ensemble')
  return { ...model, manifest: { ...model.manifest, maps: { ...maps, available } } }
}

/** Whether maps of two models lie on one grid under one mask, so that they can be averaged pixel by pixel. */
function canJoin(one: ModelManifest, other: ModelManifest, map: MapName): boolean {
  const facts = ({ input, preprocessing, maps }: ModelManifest): string =>
    JSON.stringify([
      input.layout,
      input.channels,
      input.height,
      input.width,
      preprocessing,
      maps.foregroundErosion
    ])
  return facts(one) === facts(other) && other.maps.available.includes(map)
}

async function readManifest(folder: string): Promise<ModelManifest> {
  const path = join(folder, 'model.json')
  const text = await readFile(path, 'utf8').catch((thrown: NodeJS.ErrnoException) => {
    throw new NidusError(
      'model-not-found',
      { path, reason: thrown.code ?? thrown.message },
      { cause: thrown }
    )
  })
  let parsed: unknown
  try {
    parsed = JSON.parse(text)
  } catch (thrown) {
    throw invalid(folder, '', thrown instanceof Error ? thrown.message : String(thrown))
  }
  const result = manifestSchema.safeParse(parsed)
  if (!result.success) {
    const issue = result.error.issues[0]
    throw invalid(folder, fieldOf(issue), issue.message)
  }
  return withoutContradiction(folder, result.data)
}

/** What the schema alone cannot say: fields that have to agree with each other. */
function withoutContradiction(folder: string, manifest: ModelManifest): ModelManifest {
  const { maps, outputs } = manifest
  if (!maps.available.includes(maps.default)) {
    throw invalid(folder, 'maps.default', `${maps.default} is not among maps.available`)
  }
  if (!manifest.thresholds.some(({ map }) => map === maps.default)) {
    throw invalid(folder, 'thresholds', `none is for the default map ${maps.default}`)
  }
  const needed = new Set(
    maps.available.flatMap((map) => (map === 'combi' ? (['combi', 'grad-kl', 'rec'] as const) : [map]))
  )
  for (const map of needed) {
    if (!maps.statistics[map]) throw invalid(folder, `maps.statistics.${map}`, 'is missing')
  }
  const latentMap = maps.available.find((map) => latentMaps.includes(map))
  const { ensemble } = maps
  if (ensemble) {
    const { group } = mapFacts[ensemble.map]
    if (group === 'ensemble' || !maps.statistics[ensemble.map]) {
      throw invalid(folder, 'maps.ensemble.map', 'is no map of this model alone with statistics')
    }
  } else if (maps.available.some((map) => mapFacts[map].group === 'ensemble')) {
    throw invalid(folder, 'maps.ensemble', 'is missing, but its maps are among maps.available')
  }
  const noKl = whyNoKl(outputs)
  if (latentMap && noKl) throw invalid(folder, 'outputs', `${latentMap} cannot be made: ${noKl}`)
  refuseScore(folder, manifest)
  const { intensity } = manifest.preprocessing
  if (intensity.rule === 'foreground-percentiles' && intensity.low >= intensity.high) {
    throw invalid(folder, 'preprocessing.intensity', 'low is not below high')
  }
  if (manifest.preprocessing.clip[0] >= manifest.preprocessing.clip[1]) {
    throw invalid(folder, 'preprocessing.clip', 'is not an ascending range')
  }
  return manifest
}

/** A slice score is made for every slice: of what a single run gives. */
function refuseScore(folder: string, { maps, outputs, sliceScore }: ModelManifest): void {
  const { score } = sliceScore
  const noKl = whyNoKl(outputs)
  if (score?.rule === 'kl' && noKl) throw invalid(folder, 'sliceScore.score', noKl)
  if (score?.rule !== 'map-quantile') return
  if (!maps.available.includes(score.map)) {
    throw invalid(folder, 'sliceScore.score.map', `${score.map} is not among maps.available`)
  }
  if (mapFacts[score.map].costly) {
    throw invalid(folder, 'sliceScore.score.map', `${score.map} takes many runs of the network`)
  }
}

function invalid(folder: string, field: string, reason: string): NidusError {
  return new NidusError('model-manifest-invalid', { path: join(folder, 'model.json'), field, reason })
}

function fieldOf(issue: z.core.$ZodIssue): string {
  return issue.path.map(String).join('.')
}

async function modelSubfolders(folders: string[]): Promise<string[]> {
  const found: string[] = []
  for (const folder of folders) {
    const entries = await readdir(folder, { withFileTypes: true }).catch(() => [])
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const inside = entry.isDirectory() ? await readdir(join(folder, entry.name)) : []
      if (inside.includes('model.json')) found.push(resolve(folder, entry.name))
    }
  }
  return found
}
