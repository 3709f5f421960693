import type { UsedProvider } from '../contract/analysis'
import { NidusError } from '../contract/errors'
import type { MapName, ModelManifest } from '../contract/manifest'
import { buildGradientModel, type GradientOutput } from '../gradient/build-gradient-model'
import { readOnnxModel } from '../gradient/onnx/read-model'
import { whyNoKl } from '../contract/why-no-kl'
import { countThreads } from './count-cores'
import { gradientSpecOf } from './gradient-spec-of'
import type { GraphCache, ReadyGraph } from './graph-cache'
import type { CatalogueModel } from './model-catalogue'
import { openNetworkSession, type SessionFacts } from './network-session'
import { planBatches, type Network, type PlanHelp } from './plan-batches'
import { readModelFile } from './read-model-file'
import { hasSteadyOperators } from './steady-operators'

export type { Network } from './plan-batches'
export type { SampleOutputs } from './sample-outputs'

/** What helps an open network and is not needed. */
export interface NetworkHelp extends PlanHelp {
  /** gives gradient graphs of earlier starts */
  cache?: GraphCache
}

/**
 * Opens a model on one provider: reads and checks the forward graph, appends the gradients that the maps need,
 * and makes a session of it.
 * @throws model-file-missing, model-hash-mismatch, onnx-* (the graph cannot be differentiated),
 *   model-session-failed (the runtime refuses it)
 */
export async function openNetwork(
  model: CatalogueModel,
  provider: UsedProvider,
  maps: readonly MapName[],
  { cache, spawnLane, plans }: NetworkHelp = {}
): Promise<Network> {
  const { manifest } = model
  const wanted = outputsFor(manifest, maps)
  const forward = await readModelFile(model)
  const spec = gradientSpecOf(manifest)
  const make = (): ReadyGraph => {
    const { notes: _, ...built } = buildGradientModel(forward, spec, wanted)
    return { ...built, steady: hasSteadyOperators(readOnnxModel(built.model).graph) }
  }
  const key = JSON.stringify([manifest.sha256, spec, wanted])
  const { model: graph, ...built } = cache ? await cache.get(key, make) : make()
  if (built.unavailable.length > 0) {
    const reason = built.unavailable.map(({ output, reason }) => `${output}: ${reason}`).join('; ')
    throw new NidusError('model-session-failed', { model: model.id, reason })
  }
  const cores = countThreads()
  const facts: SessionFacts = {
    modelId: model.id,
    input: manifest.input,
    wanted,
    fixedBatch: built.fixedBatch
  }
  const session = await openNetworkSession(graph, provider, cores, facts)
  return planBatches(
    { graph, graphKey: key, provider, cores, facts, session, steady: built.steady },
    manifest,
    {
      spawnLane,
      plans
    }
  )
}

/** Outputs of the gradient graph that some maps need; the reconstruction and the losses always. */
export function outputsFor(manifest: ModelManifest, maps: readonly MapName[]): GradientOutput[] {
  const outputs: GradientOutput[] = ['reconstruction', 'rec']
  if (!whyNoKl(manifest.outputs)) outputs.push('kl')
  const asks = (...names: MapName[]): boolean => names.some((name) => maps.includes(name))
  if (asks('grad-kl', 'grad-kl-squared', 'combi')) outputs.push('grad_kl')
  if (asks('grad-rec', 'grad-rec-squared')) outputs.push('grad_rec')
  if (asks('grad-elbo', 'grad-elbo-squared')) outputs.push('grad_elbo')
  return outputs
}
