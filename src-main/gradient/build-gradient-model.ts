import { NidusError } from '../contract/errors'
import { addOutputs, type GradientOutput, type UnavailableOutput } from './add-outputs'
import type { GradientSpec } from './gradient-spec'
import { finishModel } from './finish-model'
import { decodeMean } from './forward/decode-mean'
import { checkRoles, requireShapes } from './forward/check-roles'
import { openForward, type OpenForward } from './forward/open-forward'
import { replayForward } from './forward/replay-forward'
import { writeOnnxModel } from './onnx/write-model'

export type { GradientOutput, UnavailableOutput } from './add-outputs'
export { gradientOutputs } from './add-outputs'
export type { GradientSpec, ModelRoles } from './gradient-spec'
export type { ReconstructionLoss } from './losses/reconstruction-loss'

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
  const { built, fixedBatch } = openForward(forward, spec, (opened) => build(opened, spec, wanted))
  return { ...built, ...(fixedBatch === undefined ? {} : { fixedBatch }) }
}

function build(
  { source, inputShape, bakedBatch }: OpenForward,
  spec: GradientSpec,
  wanted: readonly GradientOutput[] | undefined
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
  const model = writeOnnxModel(finishModel(source, graph, outputs, new Map([['x', graph.input]])))
  return { model, outputs: [...outputs.keys()], sampleShape: inputShape.slice(1), unavailable, notes }
}
