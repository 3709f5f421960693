import { NidusError } from '../contract/errors'
import { whyNoKl } from '../contract/why-no-kl'
import { finishModel } from './finish-model'
import { checkRoles, requireShapes } from './forward/check-roles'
import { decodeMean } from './forward/decode-mean'
import { openForward, type OpenForward } from './forward/open-forward'
import { replayForward, type ForwardGraph } from './forward/replay-forward'
import type { GradientSpec, ModelRoles } from './gradient-spec'
import { valuesDependingOn } from './graph/append-gradient'
import { add, mul, scale } from './graph/expressions'
import type { BuiltNode, GraphBuilder } from './graph/graph-builder'
import { int } from './onnx/onnx-model'
import { DataType } from './onnx/onnx-tensor'
import { writeOnnxModel } from './onnx/write-model'

/** A graph that decodes codes drawn from q(z|x). */
export interface SamplingModel {
  /** a standard ONNX file: `x` and `noise` -> `reconstruction` */
  model: Uint8Array
  /** shape of one image as `x` takes it, without the batch */
  sampleShape: number[]
  /** shape of the noise of one code, without the batch */
  noiseShape: number[]
  /** set when the graph runs with this batch size only */
  fixedBatch?: number
}

/**
 * Cuts a forward model at its code and lets the decoder take z = mu + sigma * noise instead of mu
 * (reparameterisation, Kingma & Welling 2014, section 2.4). With noise of zero the reconstruction is the model's.
 * What the decoder reads of the image beside the code stays as it is.
 * @throws NidusError `map-unavailable` where the model has no latent distribution or its decoder does not take the
 *   mean; `onnx-*` as buildGradientModel
 */
export function buildSamplingModel(forward: Uint8Array, spec: GradientSpec): SamplingModel {
  const noKl = whyNoKl(spec.roles)
  if (noKl) throw new NidusError('map-unavailable', { reason: noKl })
  const { built, fixedBatch } = openForward(forward, spec, (opened) => build(opened, spec.roles))
  return { ...built, ...(fixedBatch === undefined ? {} : { fixedBatch }) }
}

function build({ source, inputShape, bakedBatch }: OpenForward, roles: ModelRoles): SamplingModel {
  const spreadName = (roles.logVar ?? roles.logStd ?? roles.std ?? roles.variance) as string
  const wanted = [roles.reconstruction, roles.mu as string, spreadName]
  checkRoles(source, wanted)
  const graph = replayForward(source, { input: roles.input, inputShape, wanted, bakedBatch })
  if (bakedBatch !== undefined) requireShapes(graph)
  decodeMean(graph, roles)
  const { b, valueOf } = graph
  const reconstruction = valueOf(roles.reconstruction)
  const noise = decodeNoisyCode(graph, valueOf(roles.mu as string), sigmaOf(graph, roles))
  if (!valuesDependingOn(b, noise).has(reconstruction)) {
    throw new NidusError('map-unavailable', {
      reason: `the reconstruction is not decoded from the mean '${roles.mu}', so that no other code can take its place`
    })
  }
  const outputs = new Map([['reconstruction', reconstruction]])
  const inputs = new Map([
    ['x', graph.input],
    ['noise', noise]
  ])
  return {
    model: writeOnnxModel(finishModel(source, graph, outputs, inputs)),
    sampleShape: inputShape.slice(1),
    noiseShape: b.shapeOf(noise).slice(1)
  }
}

function sigmaOf({ b, valueOf }: ForwardGraph, { logVar, logStd, std, variance }: ModelRoles): string {
  if (logVar) return b.op('Exp', [scale(b, valueOf(logVar), 0.5)])
  if (logStd) return b.op('Exp', [valueOf(logStd)])
  return std ? valueOf(std) : b.op('Sqrt', [valueOf(variance as string)])
}

/** Puts mu + sigma * noise where the decoder reads mu. @returns the noise, a new input of the graph */
function decodeNoisyCode({ b }: ForwardGraph, mu: string, sigma: string): string {
  const noise = b.declare('nidus.noise', { dataType: b.dataTypeOf(mu), shape: b.shapeOf(mu) })
  const read = readBy(b, mu)
  const drawn = add(b, mu, mul(b, sigma, noise))
  const code = read === mu ? drawn : b.op('Cast', [drawn], { to: int(b.dataTypeOf(read)) })
  const before = ancestorsOf(b, code)
  const after = b.nodes.filter((node) => !before.has(node))
  for (const node of after) node.inputs = node.inputs.map((name) => (name === read ? code : name))
  // what makes the code comes first now, so that every node still follows its inputs
  b.nodes.splice(0, b.nodes.length, ...b.nodes.filter((node) => before.has(node)), ...after)
  return noise
}

/** The decoder of a half precision network reads the mean before it was made float32. */
function readBy(b: GraphBuilder, mu: string): string {
  const node = b.producerOf(mu)
  const from = node?.opType === 'Cast' ? node.inputs[0] : undefined
  const isHalf =
    from !== undefined && [DataType.float16, DataType.bfloat16].some((half) => half === b.dataTypeOf(from))
  return isHalf ? from : mu
}

function ancestorsOf(b: GraphBuilder, value: string): Set<BuiltNode> {
  const found = new Set<BuiltNode>()
  const open = [value]
  while (open.length > 0) {
    const node = b.producerOf(open.pop() as string)
    if (!node || found.has(node)) continue
    found.add(node)
    open.push(...node.inputs)
  }
  return found
}
