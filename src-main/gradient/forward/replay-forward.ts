import { NidusError } from '../../contract/errors'
import { GraphBuilder } from '../graph/graph-builder'
import { int, type OnnxModel, type OnnxValue } from '../onnx/onnx-model'
import { DataType } from '../onnx/onnx-tensor'
import { batchDim, type Dim, type Shape } from '../shape/dims'
import { inlineFunctions } from './inline-functions'
import { orderNodes } from './order-nodes'
import { ReplayScope } from './replay-scope'
import { replayNode } from './replay-node'

/** How the forward graph is to be read. */
export interface ReplayOptions {
  /** name of the graph input that takes the image */
  input: string
  /** shape of the image with the batch first */
  inputShape: Shape
  /** values that are wanted from the graph */
  wanted: readonly string[]
  /** batch size that the file has baked in and that is to become open */
  bakedBatch: number | undefined
}

/** The forward graph as Nidus works on it. */
export interface ForwardGraph {
  b: GraphBuilder
  /** name of the image */
  input: string
  /** the value that stands for a value of the source file */
  valueOf(sourceName: string): string
}

/**
 * Reads the part of a forward model that the wanted values need into a graph under construction: local functions
 * inlined, constants and shape arithmetic folded, sampling replaced by its mean, dropout removed, branches with
 * a known condition taken.
 *
 * @throws NidusError `onnx-malformed`, `onnx-operator-without-gradient`, `onnx-role-invalid`
 */
export function replayForward(model: OnnxModel, options: ReplayOptions): ForwardGraph {
  const b = new GraphBuilder(model.opset)
  const { graph } = model
  for (const [name, tensor] of graph.initializers) b.addTensor(tensor, name)
  const source = graph.inputs.find((value) => value.name === options.input)
  if (!source) throw missingInput(graph.inputs, options.input)
  // half precision networks take their image from a float32 input like all others
  const dataType = source.dataType === DataType.double ? DataType.double : DataType.float
  b.declare(source.name, { dataType, shape: options.inputShape })
  const scope = new ReplayScope(b, model, statedShapes(model, source, options), options.bakedBatch)
  const takes = source.dataType || dataType
  scope.bind(source.name, takes === dataType ? source.name : b.op('Cast', [source.name], { to: int(takes) }))
  for (const name of graph.initializers.keys()) scope.bind(name, name)
  for (const other of graph.inputs)
    if (other !== source && !graph.initializers.has(other.name)) scope.declareMissing(other.name)
  for (const node of orderNodes(inlineFunctions(model), options.wanted)) replayNode(scope, node)
  b.origin = undefined
  return { b, input: source.name, valueOf: (name) => asFull(b, scope.resolve(name)) }
}

/** Losses and outputs are float32 whatever the network computes in. */
function asFull(b: GraphBuilder, value: string): string {
  const dataType = b.dataTypeOf(value)
  const isHalf = dataType === DataType.float16 || dataType === DataType.bfloat16
  return isHalf ? b.op('Cast', [value], { to: int(DataType.float) }) : value
}

function missingInput(inputs: readonly OnnxValue[], wanted: string): NidusError {
  const known = inputs.map((value) => value.name).join(', ')
  return new NidusError('onnx-role-invalid', {
    role: 'input',
    value: wanted,
    reason: `the model has no input '${wanted}'; its inputs are: ${known}`
  })
}

/** Shapes that the file states for its values, where every size is a number or the batch. */
function statedShapes(model: OnnxModel, source: OnnxValue, options: ReplayOptions): Map<string, Shape> {
  const stated = new Map<string, Shape>()
  // with a baked-in batch the stated shapes are those of that batch
  if (options.bakedBatch !== undefined) return stated
  const batchName = source.dims?.[0]
  for (const value of [...model.graph.values, ...model.graph.outputs]) {
    const shape = value.dims?.map((dim): Dim | undefined =>
      dim === batchName && typeof dim === 'string' ? batchDim : typeof dim === 'number' ? dim : undefined
    )
    if (shape && !shape.includes(undefined)) stated.set(value.name, shape as Shape)
  }
  return stated
}
