import { readdir, readFile } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import type { z } from 'zod'
import { NidusError, toNidusError } from '../contract/errors'
import { manifestSchema, type ModelManifest } from '../contract/manifest'
import { whyNoKl } from '../contract/why-no-kl'
import { latentMaps } from './gradient-spec-of'
import { readModelFile } from './read-model-file'

export { readModelFile } from './read-model-file'

/** A model whose manifest is valid and whose network file has the hash that the manifest states. */
export interface CatalogueModel {
  id: string
  folder: string
  manifest: ModelManifest
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
  return { models, problems }
}

/**
 * Loads one model folder.
 * @throws model-not-found (no model.json), model-manifest-invalid (names file and field), model-file-missing,
 *   model-hash-mismatch
 */
export async function loadModel(folder: string): Promise<CatalogueModel> {
  const manifest = await readManifest(resolve(folder))
  const model = { id: manifest.id, folder: resolve(folder), manifest }
  await readModelFile(model)
  return model
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
  const noKl = whyNoKl(outputs)
  if (latentMap && noKl) throw invalid(folder, 'outputs', `${latentMap} cannot be made: ${noKl}`)
  const { intensity } = manifest.preprocessing
  if (intensity.rule === 'foreground-percentiles' && intensity.low >= intensity.high) {
    throw invalid(folder, 'preprocessing.intensity', 'low is not below high')
  }
  if (manifest.preprocessing.clip[0] >= manifest.preprocessing.clip[1]) {
    throw invalid(folder, 'preprocessing.clip', 'is not an ascending range')
  }
  return manifest
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
