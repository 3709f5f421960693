import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { NidusError } from '../contract/errors'
import type { Study } from '../contract/study'
import {
  loadCatalogue,
  loadModel,
  type CatalogueModel,
  type ModelProblem
} from '../inference/model-catalogue'
import { defaultModel, suggestModel } from '../inference/suggest-model'

/** The models at hand, and how to pick one for what was opened. */
export interface ModelChoice {
  problems: ModelProblem[]
  /** one model for all series: with `auto`, the one suggested for most slices */
  forStudies(studies: Study[]): CatalogueModel
}

/**
 * Resolves `--model`: an ID of the catalogue, a folder with a model.json, or `auto`.
 * @throws model-not-found, model-manifest-invalid, model-file-missing, model-hash-mismatch
 */
export async function chooseModel(wanted: string, folders: string[]): Promise<ModelChoice> {
  const { models, problems } = await loadCatalogue(folders)
  if (wanted !== 'auto') {
    const model = await findModel(wanted, models, problems)
    return { problems: [], forStudies: () => model }
  }
  const fallback = defaultModel(models)
  if (!fallback) {
    if (problems.length > 0) throw problems[0].error
    throw new NidusError('model-not-found', { path: folders.join(', '), reason: 'no models installed' })
  }
  return { problems, forStudies: (studies) => mostSuggested(models, studies) ?? fallback }
}

async function findModel(
  wanted: string,
  models: CatalogueModel[],
  problems: ModelProblem[]
): Promise<CatalogueModel> {
  const known = models.find(({ id }) => id === wanted)
  if (known) return known
  if (existsSync(join(wanted, 'model.json'))) return loadModel(wanted)
  const broken = problems.find(({ id }) => id === wanted)
  if (broken) throw broken.error
  const names = models.map(({ id }) => id).join(', ') || 'none'
  throw new NidusError('model-not-found', {
    model: wanted,
    reason: `neither an ID (known: ${names}) nor a folder with a model.json`
  })
}

function mostSuggested(models: CatalogueModel[], studies: Study[]): CatalogueModel | null {
  const slices = new Map<CatalogueModel, number>()
  for (const study of studies) {
    for (const series of study.series) {
      const model = suggestModel(models, { ...series, studyDescription: study.description })
      if (model) slices.set(model, (slices.get(model) ?? 0) + series.slices.length)
    }
  }
  return [...slices].sort((a, b) => b[1] - a[1])[0]?.[0] ?? null
}
