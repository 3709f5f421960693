import { env, InferenceSession, Tensor } from './onnx-runtime'
import type { UsedProvider } from '../contract/analysis'
import { NidusError } from '../contract/errors'
import type { ModelManifest } from '../contract/manifest'
import type { GradientOutput } from '../gradient/build-gradient-model'
import type { SampleOutputs } from './sample-outputs'

/** What a session has to know of the model behind a gradient graph. */
export interface SessionFacts {
  modelId: string
  input: ModelManifest['input']
  /** outputs of the graph, in the order in which they are asked for */
  wanted: readonly GradientOutput[]
  /** batch size that the graph insists on, where building it found one */
  fixedBatch?: number
}

/** A gradient graph loaded into ONNX Runtime. Runs block the thread they are started on. */
export interface NetworkSession {
  /** batch size that the graph insists on; 0 where it takes any */
  stated: number
  /** Samples in the model's layout as one batch, outputs in their order. */
  run(samples: readonly Float32Array[]): Promise<SampleOutputs[]>
  release(): Promise<void>
}

env.logLevel = 'error'

/**
 * Makes a session of a gradient graph.
 * @param threads of one run
 * @throws model-session-failed (the runtime refuses the graph or the provider)
 */
export async function openNetworkSession(
  graph: Uint8Array,
  provider: UsedProvider,
  threads: number,
  facts: SessionFacts
): Promise<NetworkSession> {
  const session = await createSession(graph, provider, threads, facts.modelId)
  const stated = facts.fixedBatch ?? batchOf(session)
  return {
    stated,
    run: (samples) => runBatch(session, facts, samples, Math.max(stated, samples.length)),
    release: () => session.release()
  }
}

/**
 * Makes a session of any graph.
 * @param threads of one run
 * @throws model-session-failed (the runtime refuses the graph or the provider)
 */
export async function createSession(
  graph: Uint8Array,
  provider: UsedProvider,
  threads: number,
  modelId: string
): Promise<InferenceSession> {
  try {
    return await InferenceSession.create(graph, {
      // Only the one asked for: with a second one in the list ONNX Runtime drops the first without a word.
      executionProviders: [provider],
      intraOpNumThreads: threads,
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

/** The batch size that a graph insists on; 0 where it takes any. */
export function batchOf(session: InferenceSession): number {
  const facts = session.inputMetadata[0]
  const batch = facts.isTensor ? facts.shape[0] : undefined
  return typeof batch === 'number' && batch > 0 ? batch : 0
}

async function runBatch(
  session: InferenceSession,
  { input, wanted }: SessionFacts,
  samples: readonly Float32Array[],
  batch: number
): Promise<SampleOutputs[]> {
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
