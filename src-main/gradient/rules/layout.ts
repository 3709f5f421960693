import { intAttribute, int, intsAttribute, text, textAttribute } from '../onnx/onnx-model'
import { reduceSum, reshape, sumTo, transpose, zeroPad, slice } from '../graph/expressions'
import { sliceRanges, splitSizes } from '../shape/infer-layout'
import { knownNumbers } from '../shape/operator-call'
import { positiveAxis } from '../shape/dims'
import type { GradientRule, RuleCall } from './rule'

/** Identity: the gradient passes. */
export const identityRule: GradientRule = (call) => [call.grad]

/** Reshape, Flatten, Squeeze and Unsqueeze: the gradient takes the input's shape again. */
export const reshapeRule: GradientRule = (call) => [
  reshape(call.b, call.grad, call.b.shapeOf(call.inputs[0]!))
]

/** Transpose: the inverse order. */
export const transposeRule: GradientRule = (call) => {
  const rank = call.b.shapeOf(call.inputs[0]!).length
  const order =
    intsAttribute(call.attributes, 'perm') ?? Array.from({ length: rank }, (_, axis) => rank - 1 - axis)
  return [
    transpose(
      call.b,
      call.grad,
      order.map((_, axis) => order.indexOf(axis))
    )
  ]
}

/** Cast between float types: the gradient is cast back. */
export const castRule: GradientRule = (call) => [
  call.b.op('Cast', [call.grad], { to: int(call.b.dataTypeOf(call.inputs[0]!)) })
]

/** Expand: summed over what was repeated. */
export const expandRule: GradientRule = (call) => [sumTo(call.b, call.grad, call.b.shapeOf(call.inputs[0]!))]

/** Tile: the copies along each axis are summed. */
export const tileRule: GradientRule = (call) => {
  const { b, inputs, grad } = call
  const shape = b.shapeOf(inputs[0]!)
  const repeats = knownNumbers(call.describe(), 1)
  if (!repeats) return call.refuse('its repeats are not constant')
  if (repeats.every((count, axis) => count === 1 || shape[axis] === 1)) return [sumTo(b, grad, shape)]
  const copies = reshape(
    b,
    grad,
    shape.flatMap((dim, axis) => [repeats[axis]!, dim])
  )
  return [
    reduceSum(
      b,
      copies,
      shape.map((_, axis) => axis * 2),
      false
    )
  ]
}

/** Concat: each input gets its own stretch of the gradient. */
export const concatRule: GradientRule = (call) => {
  const { b, inputs, attributes, grad } = call
  const rank = b.shapeOf(inputs[0]!).length
  const axis = positiveAxis(intAttribute(attributes, 'axis', 0), rank)
  let start = 0
  return inputs.map((name, index) => {
    const size = b.shapeOf(name)[axis]!
    if (size < 0) return call.refuse('it joins values along the batch')
    const end = start + size
    const piece = call.needs(index) ? slice(b, grad, axis, start, end) : undefined
    start = end
    return piece
  })
}

/** Split: pieces without a gradient are zeros; they are padded in, not made. */
export const splitRule: GradientRule = (call) => {
  const { b, inputs, attributes, grads } = call
  const shape = b.shapeOf(inputs[0]!)
  const axis = positiveAxis(intAttribute(attributes, 'axis', 0), shape.length)
  const sizes = splitSizes(call.describe())
  if (!sizes || shape[axis]! < 0) return call.refuse('the sizes of its pieces are not known in advance')
  const parts: string[] = []
  let missing = 0
  for (const [index, size] of sizes.entries()) {
    const grad = grads[index]
    if (grad === undefined) missing += size
    else {
      parts.push(missing > 0 ? padAxis(call, grad, shape.length, axis, missing, 0) : grad)
      missing = 0
    }
  }
  if (missing > 0) parts.push(padAxis(call, parts.pop()!, shape.length, axis, 0, missing))
  return [parts.length === 1 ? parts[0] : b.op('Concat', parts, { axis: int(axis) })]
}

function padAxis(
  call: RuleCall,
  value: string,
  rank: number,
  axis: number,
  before: number,
  after: number
): string {
  const widths = (width: number): number[] =>
    Array.from({ length: rank }, (_, at) => (at === axis ? width : 0))
  return zeroPad(call.b, value, widths(before), widths(after))
}

/** Slice: the gradient is put back between zeros; steps other than one go through a strided spread. */
export const sliceRule: GradientRule = (call) => {
  const { b, inputs } = call
  const shape = b.shapeOf(inputs[0]!)
  const ranges = sliceRanges(call.describe())
  if (!ranges) return call.refuse('its limits are not known before the graph runs')
  let grad = call.grad
  for (const [axis, range] of ranges.entries()) {
    if (shape[axis]! < 0 || range.count === 0) continue
    grad = spreadAxis(call, grad, axis, range)
  }
  const begin = shape.map((dim, axis) => (dim < 0 ? 0 : lowest(ranges[axis]!)))
  const end = shape.map((dim, axis) => (dim < 0 ? 0 : dim - begin[axis]! - stretch(ranges[axis]!)))
  return [zeroPad(b, grad, begin, end)]
}

type Range = { start: number; step: number; count: number }
const lowest = ({ start, step, count }: Range): number => (step > 0 ? start : start + (count - 1) * step)
const stretch = ({ step, count }: Range): number => (count - 1) * Math.abs(step) + 1

// step s: [.., n, ..] -> [.., n, 1, ..] padded to [.., n, s, ..] -> [.., n·s, ..] cut to (n − 1)·s + 1
function spreadAxis(call: RuleCall, value: string, axis: number, range: Range): string {
  const { b } = call
  const { step, count } = range
  const forward = step < 0 ? slice(b, value, axis, -1, -(2 ** 31), -1) : value
  const gap = Math.abs(step)
  if (gap === 1 || count === 1) return forward
  const shape = b.shapeOf(value)
  const split = reshape(b, forward, [...shape.slice(0, axis + 1), 1, ...shape.slice(axis + 1)])
  const widths = [...shape, 1].map((_, at) => (at === axis + 1 ? gap - 1 : 0))
  const padded = zeroPad(
    b,
    split,
    widths.map(() => 0),
    widths
  )
  const joined = reshape(b, padded, [...shape.slice(0, axis), count * gap, ...shape.slice(axis + 1)])
  return slice(b, joined, axis, 0, stretch(range))
}

/** Gather with known indices: a product with the 0/1 selection matrix, so that repeated indices add up. */
export const gatherRule: GradientRule = (call) => {
  const { b, inputs, attributes, grad } = call
  const shape = b.shapeOf(inputs[0]!)
  const axis = positiveAxis(intAttribute(attributes, 'axis', 0), shape.length)
  const indices = knownNumbers(call.describe(), 1)
  const size = shape[axis]!
  if (!indices || size < 0) return call.refuse('its indices are not known before the graph runs')
  const selection = new Float32Array(indices.length * size)
  indices.forEach((index, row) => (selection[row * size + positiveAxis(index, size)] = 1))
  const flat = reshape(b, grad, [...shape.slice(0, axis), indices.length, ...shape.slice(axis + 1)])
  const last = shape.length - 1
  const order = shape.map((_, at) => (at === axis ? last : at === last ? axis : at))
  const matrix = b.constant(b.dataTypeOf(grad), [indices.length, size], selection)
  return [transpose(b, b.op('MatMul', [transpose(b, flat, order), matrix]), order)]
}

/** GatherElements: scattered back with addition (operator set 16 on). */
export const gatherElementsRule: GradientRule = (call) => {
  const { b, inputs, attributes, grad } = call
  if (b.opset < 16) return call.refuse('needs operator set 16 or newer; export with a newer one')
  const zeros = b.op('Expand', [b.scalar(0, grad), b.op('Shape', [inputs[0]!])])
  const axis = int(intAttribute(attributes, 'axis', 0))
  return [b.op('ScatterElements', [zeros, inputs[1]!, grad], { axis, reduction: text('add') })]
}

/** DepthToSpace and SpaceToDepth undo each other; CRD has no inverse operator and is written out. */
export const depthToSpaceRule: GradientRule = (call) => {
  const { b, inputs, attributes, grad } = call
  const block = intAttribute(attributes, 'blocksize', 1)
  if (textAttribute(attributes, 'mode', 'DCR') === 'DCR')
    return [b.op('SpaceToDepth', [grad], { blocksize: int(block) })]
  const [batch, channels, height, width] = b.shapeOf(inputs[0]!) as [number, number, number, number]
  const split = reshape(b, grad, [batch, channels / block ** 2, height, block, width, block])
  return [reshape(b, transpose(b, split, [0, 1, 3, 5, 2, 4]), [batch, channels, height, width])]
}

/** SpaceToDepth: undone by DepthToSpace in its DCR order. */
export const spaceToDepthRule: GradientRule = (call) => [
  call.b.op('DepthToSpace', [call.grad], { blocksize: int(intAttribute(call.attributes, 'blocksize', 1)) })
]

/** Trilu: the same triangle of the gradient. */
export const triluRule: GradientRule = (call) => [
  call.b.op('Trilu', [call.grad, ...call.inputs.slice(1)], call.attributes)
]
