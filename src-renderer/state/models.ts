import { create } from 'zustand'
import type { ProviderName } from '../../src-main/contract/analysis'
import type { ModelSuitability, ModelSummary } from '../../src-main/contract/channels'
import type { MapName, ModelManifest } from '../../src-main/contract/manifest'
import { describeThrown } from '../api/describe-error'
import { nidus, unwrap } from '../api/nidus'
import { tell } from './notices'

interface Models {
  models: ModelSummary[]
  suits: Record<string, ModelSuitability>
  /** the reader's choice; null leaves it to the app */
  chosen: string | null
  provider: ProviderName
}

/** The models installed and the one to use. */
export const useModels = create<Models>(() => ({ models: [], suits: {}, chosen: null, provider: 'auto' }))

/** Asks main which models there are and how they suit what is open. */
export async function loadModels(): Promise<void> {
  try {
    useModels.setState(await unwrap(nidus.listModels()))
  } catch (thrown) {
    tell('error', describeThrown(thrown))
  }
}

/** The model for a series: the reader's choice, else the one that suits it best; null where none can be used. */
export function modelFor(state: Models, seriesId: string | null): ModelManifest | null {
  const id = state.chosen ?? (seriesId ? (state.suits[seriesId]?.suggested ?? null) : null)
  return state.models.find((model) => model.id === id)?.manifest ?? null
}

/** The manifest of a model by its id. */
export function manifestOf(state: Models, modelId: string | undefined): ModelManifest | null {
  return state.models.find((model) => model.id === modelId)?.manifest ?? null
}

/** The threshold that a map starts with. */
export function defaultThreshold(manifest: ModelManifest, map: MapName): number {
  return manifest.thresholds.find((threshold) => threshold.map === map)?.value ?? 3
}
