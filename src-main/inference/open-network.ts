import { env, InferenceSession, Tensor } from 'onnxruntime-node'
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
import { readModelFile } from './read-model-file'
import { createSteadyBatches, type RunSamples } from './steady-batches'
import { hasSteadyOperators } from './steady-operators'

/** What the network gives for one sample. Images are in the model's layout, gradients signed. */
export interface SampleOutputs {
  reconstruction: Float32Array
  /** per-sample sums */
  rec: number
  /** null for models without a latent distribution */
  kl: number | null
  gradKl?: Float32Array
  gradRec?: Float32Array
  gradElbo?: Float32Array
}

export interface Network {
  /** Samples in the model's layout to outputs, in order. */
  run: RunSamples<SampleOutputs>
  dispose(): Promise<void>
}

/** Slices in a batch: enough that the weights of the bottleneck are read once for many slices. */
export const batchSize = 8

env.logLevel = 'error'

/**
 * Opens a model on one provider: reads and checks the forward graph, appends the gradients that the maps need,
 * and makes a session of it.
 * @param cache gives gradient graphs of earlier starts
 * @throws model-file-missing, model-hash-mismatch, onnx-* (the graph cannot be differentiated),
 *   model-session-failed (the runtime refuses it)
 */
export async function openNetwork(
  model: CatalogueModel,
  provider: UsedProvider,
  maps: readonly MapName[],
  cache?: GraphCache
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
  const built = cache ? await cache.get(key, make) : make()
  if (built.unavailable.length > 0) {
    const reason = built.unavailable.map(({ output, reason }) => `${output}: ${reason}`).join('; ')
    throw new NidusError('model-session-failed', { model: model.id, reason })
  }
  const session = await openSession(built.model, provider, model.id)
  const stated = built.fixedBatch ?? batchOf(session)
  const runSamples: RunSamples<SampleOutputs> = (samples) =>
    runSession(session, manifest, wanted, samples, stated)
  const run = createSteadyBatches({
    runSamples,
    batchSize: stated ? 1 : batchSize,
    initially: provider !== 'cpu' ? 'steady' : built.steady ? 'unknown' : 'single',
    same: sameBits
  })
  return { run, dispose: () => session.release() }
}

/** Outputs of the gradient graph that some maps need; the reconstruction and the losses always. */
export function outputsFor(manifest: ModelManifest, maps: readonly MapName[]): GradientOutput[] {
  const outputs: GradientOutput[] = ['reconstruction', 'rec']
  if (!whyNoKl(manifest.outputs)) outputs.push('kl')
  if (maps.includes('grad-kl') || maps.includes('combi')) outputs.push('grad_kl')
  if (maps.includes('grad-rec')) outputs.push('grad_rec')
  if (maps.includes('grad-elbo')) outputs.push('grad_elbo')
  return outputs
}

async function openSession(
  graph: Uint8Array,
  provider: UsedProvider,
  modelId: string
): Promise<InferenceSession> {
  try {
    return await InferenceSession.create(graph, {
      // Only the one asked for: with a second one in the list ONNX Runtime drops the first without a word.
      executionProviders: [provider],
      intraOpNumThreads: countThreads(),
      graphOptimizationLevel: 'all',
      ...(provider === 'dml' ? { enableMemPattern: false, executionMode: 'sequential' } : {}),
      // Spinning threads would take the cores that decoding and the window need.
      extra: { session: { intra_op: { allow_spinning: '0' } } }
    })
  } catch (thrown) {
    const reason = thrown instanceof Error ? thrown.message : String(thrown)
    throw new NidusError('model-session-failed', { model: modelId, provider, reason }, { cause: thrown })
  }
}

/** The batch size that the graph insists on; 0 where it takes any. */
function batchOf(session: InferenceSession): number {
  const facts = session.inputMetadata[0]
  const batch = facts.isTensor ? facts.shape[0] : undefined
  return typeof batch === 'number' && batch > 0 ? batch : 0
}

async function runSession(
  session: InferenceSession,
  { input }: ModelManifest,
  wanted: readonly GradientOutput[],
  samples: Float32Array[],
  stated: number
): Promise<SampleOutputs[]> {
  const batch = Math.max(stated, samples.length)
  const size = input.channels * input.height * input.width
  const values = new Float32Array(batch * size)
  samples.forEach((sample, i) => values.set(sample, i * size))
  const dims = {
    NCHW: [batch, input.channels, input.height, input.width],
    NHWC: [batch, input.height, input.width, input.channels],
    flat: [batch, size]
  }[input.layout]
  const found = await session.run({ x: new Tensor('float32', values, dims) }, [...wanted])

  // A view would drag the whole batch along to whoever keeps it or sends it.
  const image = (name: GradientOutput, i: number): Float32Array =>
    (found[name].data as Float32Array).slice(i * size, (i + 1) * size)
  const optional = (name: GradientOutput, i: number): Float32Array | undefined =>
    wanted.includes(name) ? image(name, i) : undefined
  return samples.map((_, i) => ({
    reconstruction: image('reconstruction', i),
    rec: (found.rec.data as Float32Array)[i],
    kl: wanted.includes('kl') ? (found.kl.data as Float32Array)[i] : null,
    gradKl: optional('grad_kl', i),
    gradRec: optional('grad_rec', i),
    gradElbo: optional('grad_elbo', i)
  }))
}

function sameBits(a: SampleOutputs, b: SampleOutputs): boolean {
  const same = (left?: Float32Array, right?: Float32Array): boolean =>
    left === right || (!!left && !!right && left.every((value, i) => Object.is(value, right[i])))
  return (
    Object.is(a.rec, b.rec) &&
    Object.is(a.kl, b.kl) &&
    same(a.reconstruction, b.reconstruction) &&
    same(a.gradKl, b.gradKl) &&
    same(a.gradRec, b.gradRec) &&
    same(a.gradElbo, b.gradElbo)
  )
}
