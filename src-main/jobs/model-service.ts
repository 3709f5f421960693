import type { ModelSuitability, ModelSummary } from '../contract/channels'
import { NidusError } from '../contract/errors'
import type { Study } from '../contract/study'
import { loadCatalogue, type CatalogueModel, type ModelProblem } from '../inference/model-catalogue'
import { defaultModel, findMismatches, suggestModel } from '../inference/suggest-model'

/** The models that are installed, loaded and checked once. */
export class ModelService {
  private loaded: Promise<{ models: CatalogueModel[]; problems: ModelProblem[] }> | null = null

  /**
   * @param folders that hold models, one subfolder each
   * @param onChange called after models came or went, with the IDs of all that can be used
   */
  constructor(
    private readonly folders: string[],
    private readonly onChange: (modelIds: string[]) => void = () => undefined
  ) {}

  /** Looks at the folders again. */
  async reload(): Promise<void> {
    this.loaded = null
    const { models } = await this.catalogue()
    this.onChange(models.map(({ id }) => id))
  }

  /** Folder of a model, a broken one included. @throws model-not-found */
  async folderOf(modelId: string): Promise<string> {
    const { models, problems } = await this.catalogue()
    const found = [...models, ...problems].find(({ id }) => id === modelId)
    if (!found) throw new NidusError('model-not-found', { modelId })
    return found.folder
  }

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
