import { NidusError } from '../../contract/errors'
import { float, int, ints } from '../onnx/onnx-model'
import { isStatic, sameShape, type Dim, type Shape } from '../shape/dims'
import type { GraphBuilder } from './graph-builder'

/** Short forms for the calls that rules and losses are made of; each takes and returns value names. */

/** left + right, broadcast. */
export const add = (b: GraphBuilder, left: string, right: string): string => b.op('Add', [left, right])
/** left − right, broadcast. */
export const sub = (b: GraphBuilder, left: string, right: string): string => b.op('Sub', [left, right])
/** left · right element by element, broadcast. */
export const mul = (b: GraphBuilder, left: string, right: string): string => b.op('Mul', [left, right])
/** left / right element by element, broadcast. */
export const div = (b: GraphBuilder, left: string, right: string): string => b.op('Div', [left, right])
/** −value. */
export const neg = (b: GraphBuilder, value: string): string => b.op('Neg', [value])
/** value². */
export const square = (b: GraphBuilder, value: string): string => b.op('Mul', [value, value])
/** value times a number. */
export const scale = (b: GraphBuilder, value: string, factor: number): string =>
  b.op('Mul', [value, b.scalar(factor, value)])
/** value plus a number. */
export const shift = (b: GraphBuilder, value: string, term: number): string =>
  b.op('Add', [value, b.scalar(term, value)])

/** value clipped to [low, high]. */
export const clip = (b: GraphBuilder, value: string, low: number, high: number): string =>
  b.op('Clip', [value, b.scalar(low, value), b.scalar(high, value)])

/** 1 where the truth value holds, 0 elsewhere, in the element type of `like`. */
export const indicator = (b: GraphBuilder, condition: string, like: string): string =>
  b.op('Cast', [condition], { to: int(b.dataTypeOf(like)) })

/**
 * 1 where value > 0, `otherwise` elsewhere. Clip is one pass in the runtime where compare and select are three;
 * only values within 1e-30 of zero would come out between the two.
 */
export const positiveMask = (b: GraphBuilder, value: string, otherwise: number): string =>
  clip(b, b.op('Mul', [value, b.scalar(b.dataTypeOf(value) === 10 ? 6e4 : 1e30, value)]), otherwise, 1)

/** Sum over axes (counted from the front). */
export function reduceSum(b: GraphBuilder, value: string, axes: readonly number[], keep: boolean): string {
  if (axes.length === 0) return value
  return b.op('ReduceSum', [value, b.integers(axes)], { keepdims: int(keep ? 1 : 0) })
}

/** Mean, maximum and other reductions whose axes became an input with operator set 18. */
export function reduce(
  b: GraphBuilder,
  opType: string,
  value: string,
  axes: readonly number[],
  keep: boolean
): string {
  if (axes.length === 0) return value
  const keepdims = int(keep ? 1 : 0)
  if (b.opset < 18) return b.op(opType, [value], { axes: ints(axes), keepdims })
  return b.op(opType, [value, b.integers(axes)], { keepdims })
}

/** The same elements in another shape; a size that depends on the batch is left to the runtime. */
export function reshape(b: GraphBuilder, value: string, shape: Shape): string {
  const from = b.factsOf(value).shape
  if (from && sameShape(from, shape)) return value
  let open = -1
  const target = shape.map((dim, axis) => {
    if (dim >= 0) return dim
    if (open === -1) {
      open = axis
      return -1
    }
    if (from?.[axis] === dim) return 0
    throw new NidusError('onnx-shape-unknown', {
      ...b.origin,
      reason: 'more than one axis depends on the batch size'
    })
  })
  return b.op('Reshape', [value, b.integers(target)])
}

/** Undoes broadcasting: sums a gradient over the axes along which a value of `shape` was repeated. */
export function sumTo(b: GraphBuilder, gradient: string, shape: Shape): string {
  const from = b.shapeOf(gradient)
  if (sameShape(from, shape)) return gradient
  const lead = from.length - shape.length
  const repeated = from.flatMap((dim, axis) =>
    axis >= lead && shape[axis - lead] === 1 && dim !== 1 ? [axis] : []
  )
  const extra = Array.from({ length: lead }, (_, axis) => axis)
  const kept = reduceSum(b, gradient, repeated, true)
  return reduceSum(b, kept, extra, false)
}

/** Axes in the given order. */
export const transpose = (b: GraphBuilder, value: string, order: readonly number[]): string =>
  b.op('Transpose', [value], { perm: ints(order) })

/** Elements start, start + step, … before end along one axis. */
export function slice(
  b: GraphBuilder,
  value: string,
  axis: number,
  start: number,
  end: number,
  step = 1
): string {
  return b.op('Slice', [value, ...[start, end, axis, step].map((number) => b.integers([number]))])
}

/** Zeros added (or, where negative, elements cut) at the beginning and end of every axis. */
export function zeroPad(
  b: GraphBuilder,
  value: string,
  begin: readonly number[],
  end: readonly number[]
): string {
  return b.op('Pad', [value, b.integers([...begin, ...end])])
}

/** New axes of size one at these places of the result. */
export function unsqueeze(b: GraphBuilder, value: string, axes: readonly number[]): string {
  return b.op('Unsqueeze', [value, b.integers(axes)])
}

/** Without these axes of size one. */
export function squeeze(b: GraphBuilder, value: string, axes: readonly number[]): string {
  return b.op('Squeeze', [value, b.integers(axes)])
}

/** Zeros in the shape of a value; the shape is read at run time where the batch is open. */
export function zerosLike(b: GraphBuilder, value: string): string {
  return mul(b, value, b.scalar(0, value))
}

/** A gradient spread over the axes along which its value was summed. */
export function expandTo(b: GraphBuilder, value: string, shape: Shape, like: string): string {
  const target = isStatic(shape) ? b.integers(shape) : b.op('Shape', [like])
  return b.op('Expand', [value, target])
}

/** alpha · left · right with optional transposition of two-dimensional operands. */
export function gemm(
  b: GraphBuilder,
  left: string,
  right: string,
  options: { transA?: boolean; transB?: boolean; alpha?: number } = {}
): string {
  return b.op('Gemm', [left, right], {
    ...(options.transA ? { transA: int(1) } : {}),
    ...(options.transB ? { transB: int(1) } : {}),
    ...(options.alpha !== undefined && options.alpha !== 1 ? { alpha: float(options.alpha) } : {})
  })
}

/** Axes from `from` on, for a value of the given rank. */
export const lastAxes = (rank: number, from: number): number[] =>
  Array.from({ length: rank - from }, (_, at) => at + from)

/** A per-channel constant of n elements as [1, n, 1, …], ready to be broadcast over a value of the given rank. */
export function perChannel(b: GraphBuilder, value: string, channels: Dim, rank: number): string {
  return reshape(b, value, [1, channels, ...Array.from({ length: Math.max(0, rank - 2) }, () => 1)])
}
