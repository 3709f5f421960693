import type { ModelSuitability, ModelSummary } from '../contract/channels'
import { NidusError } from '../contract/errors'
import type { Study } from '../contract/study'
import { loadCatalogue, type CatalogueModel, type ModelProblem } from '../inference/model-catalogue'
import { defaultModel, findMismatches, suggestModel } from '../inference/suggest-model'

/** The models that are installed, loaded and checked once. */
export class ModelService {
  private loaded: Promise<{ models: CatalogueModel[]; problems: ModelProblem[] }> | null = null

  /** @param folders that hold models, one subfolder each */
  constructor(private readonly folders: string[]) {}

  /** Every model, the broken ones with their problem, and how they suit the series of the studies. */
  async list(studies: Study[]): Promise<{ models: ModelSummary[]; suits: Record<string, ModelSuitability> }> {
    const { models, problems } = await this.catalogue()
    const suits: Record<string, ModelSuitability> = {}
    for (const series of studies.flatMap((study) => study.series)) {
      suits[series.id] = {
        suggested: (suggestModel(models, series) ?? defaultModel(models))?.id ?? null,
        mismatches: Object.fromEntries(
          models.map((model) => [model.id, findMismatches(model.manifest, series)])
        )
      }
    }
    return {
      models: [
        ...models.map(({ id, manifest }) => ({ id, manifest, problem: null })),
        ...problems.map(({ id, error }) => ({
          id,
          manifest: null,
          problem: { code: error.code, context: error.context }
        }))
      ],
      suits
    }
  }

  /** @throws model-not-found, or why the model can not be used */
  async model(modelId: string): Promise<CatalogueModel> {
    const { models, problems } = await this.catalogue()
    const model = models.find(({ id }) => id === modelId)
    if (model) return model
    throw problems.find(({ id }) => id === modelId)?.error ?? new NidusError('model-not-found', { modelId })
  }

  private catalogue(): Promise<{ models: CatalogueModel[]; problems: ModelProblem[] }> {
    return (this.loaded ??= loadCatalogue(this.folders))
  }
}
