import { NidusError } from '../contract/errors'
import { addOutputs, type GradientOutput, type UnavailableOutput } from './add-outputs'
import type { GradientSpec } from './gradient-spec'
import { finishModel } from './finish-model'
import { decodeMean } from './forward/decode-mean'
import { inputShapeOf } from './forward/input-shape'
import { replayForward, type ForwardGraph } from './forward/replay-forward'
import { valuesDependingOn } from './graph/append-gradient'
import type { OnnxModel } from './onnx/onnx-model'
import { readOnnxModel } from './onnx/read-model'
import { writeOnnxModel } from './onnx/write-model'

export type { GradientOutput, UnavailableOutput } from './add-outputs'
export { gradientOutputs } from './add-outputs'
export type { GradientSpec, ModelRoles } from './gradient-spec'
export type { ReconstructionLoss } from './losses/reconstruction-loss'

/** Operator sets that Nidus reads: axes became inputs with 13; 26 is the newest that onnxruntime-node 1.30 runs. */
const oldestOpset = 13
const newestOpset = 26

/** Outputs for which the decoder is not needed. */
const encoderOutputs: readonly GradientOutput[] = ['mu', 'kl', 'grad_kl']

/** A finished gradient graph and what is to be known about it. */
export interface GradientModel {
  /** a standard ONNX file with input `x` and the outputs below */
  model: Uint8Array
  outputs: GradientOutput[]
  /** shape of one image as `x` takes it, without the batch */
  sampleShape: number[]
  unavailable: UnavailableOutput[]
  /** set when the batch size of the file could not be opened: the graph runs with this batch size only */
  fixedBatch?: number
  /** what was changed in the model's meaning, in plain words */
  notes: string[]
}

/**
 * Appends losses and their gradients to a forward ONNX model.
 *
 * The graph takes `x` (the shape of the source's input, batch first) and gives those of these that are wanted and
 * possible: `reconstruction` and `mu` as the source; `kl`, `rec` and `elbo` per sample, [batch], sums over latent
 * dimensions or pixels; `grad_kl`, `grad_rec` and `grad_elbo` signed, in the shape of x. `rec` is differentiated
 * in full: x is network input and target. ELBO = rec + beta · KL, to be minimised. The decoder takes z = mu.
 * ir_version and operator set are those of the source; the batch is open wherever the source allows.
 *
 * @param forward bytes of the forward model (x -> reconstruction, mu, spread)
 * @param spec roles, loss and beta
 * @param wanted outputs to build; all when absent. Only what they need is in the graph.
 * @throws NidusError `onnx-malformed`, `onnx-external-data-missing`, `onnx-opset-unsupported`,
 *   `onnx-operator-without-gradient`, `onnx-role-invalid`, `onnx-shape-unknown`
 */
export function buildGradientModel(
  forward: Uint8Array,
  spec: GradientSpec,
  wanted?: readonly GradientOutput[]
): GradientModel {
  try {
    return differentiate(forward, spec, wanted)
  } catch (thrown) {
    if (thrown instanceof NidusError) throw thrown
    // sizes, attributes and references of a damaged file can contradict each other in more ways than are named
    const reason = `the file contradicts itself (${thrown instanceof Error ? thrown.message : String(thrown)}); export or copy it again`
    throw new NidusError('onnx-malformed', { reason }, { cause: thrown })
  }
}

function differentiate(
  forward: Uint8Array,
  spec: GradientSpec,
  wanted: readonly GradientOutput[] | undefined
): GradientModel {
  const source = readOnnxModel(forward)
  if (source.opset < oldestOpset || source.opset > newestOpset) {
    const range = `${oldestOpset} to ${newestOpset}`
    throw new NidusError('onnx-opset-unsupported', {
      opset: source.opset,
      reason: `the model uses operator set ${source.opset}; export it with one from ${range}`
    })
  }
  const { shape, bakedBatch } = inputShapeOf(source, spec)
  if (bakedBatch === undefined) return build(source, spec, wanted, shape, undefined)
  try {
    return build(source, spec, wanted, [-1, ...shape.slice(1)], bakedBatch)
  } catch (thrown) {
    // whatever stands in the way of an open batch may not matter for the batch size that the file was made for
    if (!(thrown instanceof NidusError)) throw thrown
    return { ...build(source, spec, wanted, shape, undefined), fixedBatch: bakedBatch }
  }
}

function build(
  source: OnnxModel,
  spec: GradientSpec,
  wanted: readonly GradientOutput[] | undefined,
  inputShape: readonly number[],
  bakedBatch: number | undefined
): GradientModel {
  const { roles } = spec
  const latent = [roles.mu, roles.logVar, roles.logStd, roles.std, roles.variance]
  const named = [roles.reconstruction, ...latent, roles.z].filter(
    (name): name is string => name !== undefined
  )
  checkRoles(source, named)
  // an encoder that is asked for its KL alone does not have to have a decoder that can be read
  const decodes = !wanted || wanted.some((output) => !encoderOutputs.includes(output))
  const needed = named.filter((name) => (decodes && name === roles.reconstruction) || latent.includes(name))
  const graph = replayForward(source, { input: roles.input, inputShape, wanted: needed, bakedBatch })
  const notes: string[] = []
  if (bakedBatch !== undefined) {
    requireShapes(graph)
    notes.push(`the file's batch size of ${bakedBatch} was opened`)
  }
  if (spec.latent !== 'as-exported') notes.push(...decodeMean(graph, roles))
  const { outputs, unavailable } = addOutputs(graph, spec, wanted)
  if (outputs.size === 0)
    throw new NidusError('map-unavailable', { reason: unavailable.map((entry) => entry.reason).join('; ') })
  const model = writeOnnxModel(finishModel(source, graph, outputs))
  return { model, outputs: [...outputs.keys()], sampleShape: inputShape.slice(1), unavailable, notes }
}

function checkRoles(source: OnnxModel, named: readonly string[]): void {
  const produced = new Set([
    ...source.graph.nodes.flatMap((node) => node.outputs),
    ...source.graph.inputs.map((input) => input.name)
  ])
  for (const name of named) {
    if (produced.has(name)) continue
    const known = source.graph.outputs.map((output) => output.name).join(', ')
    throw new NidusError('onnx-role-invalid', {
      value: name,
      reason: `the model gives no value '${name}'; its outputs are: ${known}`
    })
  }
}

/** With an opened batch every value must have a known shape, or a batch size baked in elsewhere could go unseen. */
function requireShapes({ b, input }: ForwardGraph): void {
  for (const name of valuesDependingOn(b, input)) b.shapeOf(name)
}
