import { NidusError } from '../../contract/errors'
import { refuseNode } from '../rules/rule'
import { floatAttribute, int, intAttribute, text, textAttribute, type OnnxNode } from '../onnx/onnx-model'
import { DataType, tensorOf, type OnnxTensor } from '../onnx/onnx-tensor'
import { batchDim, elementToDim, sizeOfShape } from '../shape/dims'
import { decomposeAttention } from './decompose-attention'
import { orderNodes } from './order-nodes'
import { convolutionAsGemm } from './rewrite-convolution'
import type { ReplayScope } from './replay-scope'

/** Adds one node of the source file to the graph, in the form that differentiation wants. */
export function replayNode(scope: ReplayScope, node: OnnxNode): void {
  const { b } = scope
  const label = node.name || node.outputs[0] || node.opType
  b.origin = { node: label, operator: node.domain ? `${node.domain}.${node.opType}` : node.opType }
  if (node.domain !== '')
    refuse(
      scope,
      node,
      `operator domain '${node.domain}' is not standard ONNX; export with standard operators only`
    )
  switch (node.opType) {
    case 'Constant':
      return scope.bind(node.outputs[0]!, b.addTensor(constantTensor(node)))
    case 'Dropout':
      return replayDropout(scope, node)
    case 'If':
      return replayIf(scope, node)
    case 'RandomNormal':
    case 'RandomNormalLike':
      return replayNoise(scope, node)
    case 'RandomUniform':
    case 'RandomUniformLike':
    case 'Bernoulli':
    case 'Multinomial':
      return refuse(
        scope,
        node,
        'it draws random numbers that are not Gaussian noise; export in evaluation mode'
      )
    case 'Loop':
    case 'Scan':
    case 'SequenceMap':
      return refuse(scope, node, 'loops are not supported; export with the loop unrolled')
    case 'Upsample':
      return replayUpsample(scope, node)
    case 'Reshape':
      return replayReshape(scope, node)
    default:
      return replayPlain(scope, node)
  }
}

function refuse(scope: ReplayScope, node: OnnxNode, reason: string): never {
  return refuseNode({ ...node, origin: scope.b.origin }, reason)
}

function replayPlain(scope: ReplayScope, node: OnnxNode): void {
  const { b } = scope
  const inputs = scope.resolveAll(node)
  while (inputs[inputs.length - 1] === '') inputs.pop()
  if (node.opType === 'BatchNormalization' && intAttribute(node.attributes, 'training_mode', 0) === 1) {
    refuse(
      scope,
      node,
      'batch normalisation is in training mode and mixes the images of a batch; export in evaluation mode'
    )
  }
  if (node.opType === 'Attention') {
    const attention = decomposeAttention(b, inputs, node.attributes)
    if ('reason' in attention) refuse(scope, node, attention.reason)
    return scope.bindOutputs(node, [attention.value])
  }
  if (node.opType === 'Conv' || node.opType === 'ConvTranspose') {
    const product = convolutionAsGemm(b, node.opType, inputs, node.attributes)
    if (product !== undefined) return scope.bindOutputs(node, [product])
  }
  const outputs = [...node.outputs]
  // the backward pass needs to know where each maximum came from; the name is dropped again when it does not
  if (node.opType === 'MaxPool' && outputs.length === 1) outputs.push(`${outputs[0]!}.indices`)
  if (node.opType === 'Resize' && scope.bakedBatch !== undefined) openResize(scope, inputs)
  scope.bindOutputs(node, b.emit(node.opType, inputs, node.attributes, outputs))
}

/** Target sizes that begin with the baked-in batch size take the batch from the image instead. */
function openResize({ b, bakedBatch }: ReplayScope, inputs: string[]): void {
  const sizes = inputs[3] ? b.factsOf(inputs[3]).elements : undefined
  const shape = b.factsOf(inputs[0]!).shape
  if (!sizes || sizes.length !== shape?.length || shape[0] !== batchDim || sizes[0] !== bakedBatch) return
  const batch = b.op('Slice', [b.op('Shape', [inputs[0]!]), b.integers([0]), b.integers([1])])
  inputs[3] = b.op('Concat', [batch, b.integers(sizes.slice(1) as number[])], { axis: int(0) })
}

/** Upsample left the standard with operator set 10 but some exporters still write it: Resize in its oldest form. */
function replayUpsample(scope: ReplayScope, node: OnnxNode): void {
  const [value, scales] = scope.resolveAll(node) as [string, string]
  const attributes = {
    mode: text(textAttribute(node.attributes, 'mode', 'nearest')),
    coordinate_transformation_mode: text('asymmetric'),
    nearest_mode: text('floor')
  }
  scope.bindOutputs(node, [scope.b.op('Resize', [value, '', scales], attributes)])
}

function constantTensor(node: OnnxNode): OnnxTensor {
  for (const [name, attribute] of Object.entries(node.attributes)) {
    if (name === 'value' && attribute.kind === 'tensor') return attribute.value
    if (name === 'value_float' && attribute.kind === 'float')
      return tensorOf(DataType.float, [], [attribute.value])
    if (name === 'value_int' && attribute.kind === 'int')
      return tensorOf(DataType.int64, [], [attribute.value])
    if (name === 'value_floats' && attribute.kind === 'floats')
      return tensorOf(DataType.float, [attribute.value.length], attribute.value)
    if (name === 'value_ints' && attribute.kind === 'ints')
      return tensorOf(DataType.int64, [attribute.value.length], attribute.value)
    if (name === 'value_string' || name === 'value_strings')
      return { dataType: DataType.string, dims: [], raw: new Uint8Array(0) }
  }
  throw new NidusError('onnx-malformed', {
    node: node.name,
    operator: node.opType,
    reason: `constant '${node.name}' has no value that can be read`
  })
}

function replayDropout(scope: ReplayScope, node: OnnxNode): void {
  const mode = node.inputs[2] ? scope.b.factsOf(scope.resolve(node.inputs[2])).uniform : 0
  if (mode !== 0) refuse(scope, node, 'dropout is in training mode; export in evaluation mode')
  if (node.outputs[1])
    scope.bindOutputs({ ...node, outputs: ['', node.outputs[1]] }, ['', keepAll(scope, node)])
  scope.bind(node.outputs[0]!, scope.resolve(node.inputs[0]!))
}

function keepAll(scope: ReplayScope, node: OnnxNode): string {
  const { b } = scope
  return b.op('Expand', [b.constant(DataType.bool, [], [1]), b.op('Shape', [scope.resolve(node.inputs[0]!)])])
}

/** z = mu: noise is replaced by its mean, and what is multiplied by zero disappears when the graph is simplified. */
function replayNoise(scope: ReplayScope, node: OnnxNode): void {
  const { b } = scope
  const like = node.opType === 'RandomNormalLike' ? scope.resolve(node.inputs[0]!) : undefined
  const dataType = intAttribute(node.attributes, 'dtype', like ? b.dataTypeOf(like) : DataType.float)
  const mean = b.constant(dataType, [], [floatAttribute(node.attributes, 'mean', 0)])
  const dims = node.attributes['shape']
  const target = like
    ? b.op('Shape', [like])
    : b.integers(dims?.kind === 'ints' ? batchOpened(scope, dims.value) : [])
  scope.bindOutputs(node, [b.op('Expand', [mean, target])])
}

// noise of a baked-in batch size broadcasts over the batch once that is open
function batchOpened(scope: ReplayScope, dims: number[]): number[] {
  return scope.bakedBatch !== undefined && dims[0] === scope.bakedBatch ? [1, ...dims.slice(1)] : dims
}

/** A branch whose condition is known is taken; any other is refused. */
function replayIf(scope: ReplayScope, node: OnnxNode): void {
  const condition = scope.b.factsOf(scope.resolve(node.inputs[0]!)).uniform
  const branch = node.attributes[condition ? 'then_branch' : 'else_branch']
  if (condition === undefined || branch?.kind !== 'graph') {
    return refuse(
      scope,
      node,
      'its condition is not known before the graph runs; export without data-dependent branches'
    )
  }
  const { nodes, outputs, initializers } = branch.value
  for (const [name, tensor] of initializers) scope.bind(name, scope.b.addTensor(tensor))
  const wanted = outputs.map((output) => output.name)
  for (const inner of orderNodes(nodes, wanted)) replayNode(scope, inner)
  scope.bindOutputs(
    node,
    wanted.map((name) => scope.resolve(name))
  )
}

/**
 * Reshape while a baked-in batch is opened: the batch must stay outermost, so that no row ever holds pixels of two
 * images. A leading size equal to the baked-in batch, or left to be worked out, becomes open.
 */
function replayReshape(scope: ReplayScope, node: OnnxNode): void {
  const { b } = scope
  const [value, target] = scope.resolveAll(node) as [string, string]
  const elements = scope.bakedBatch === undefined ? undefined : b.factsOf(target).elements
  const from = b.factsOf(value).shape
  if (!elements || !from?.some((dim) => dim < 0)) return replayPlain(scope, node)
  const baked = (): never => {
    throw new NidusError('onnx-shape-unknown', {
      ...b.origin,
      reason: 'the batch size is baked into a Reshape'
    })
  }
  const [first, ...others] = elements
  const rest = others.map((element, index) => (element === 0 ? from[index + 1]! : element))
  const isPlain = rest.every((size): size is number => typeof size === 'number' && size >= -1)
  if (!(from[0]! < 0) || first === undefined || !isPlain) return baked()
  const perSample = Math.abs(sizeOfShape(from) ?? 0)
  const named = rest.filter((size) => size !== -1).reduce((product, size) => product * size, 1)
  if (!Number.isInteger(perSample / named)) return baked()
  const keepsBatch =
    first === scope.bakedBatch || elementToDim(first) === batchDim || (first === 0 && from[0] === batchDim)
  if (keepsBatch ? !rest.includes(-1) && named !== perSample : first !== -1 || rest.includes(-1))
    return baked()
  const sizes = rest.map((size) => (size === -1 ? perSample / named : size))
  scope.bindOutputs(node, [b.op('Reshape', [value, b.integers([-1, ...sizes])])])
}
