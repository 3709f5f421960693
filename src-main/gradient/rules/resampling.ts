import { reshape, scale, transpose } from '../graph/expressions'
import { ints, textAttribute } from '../onnx/onnx-model'
import { resizePlan } from '../shape/resize-plan'
import { resizeWeights } from '../shape/resize-weights'
import { multiplyDims } from '../shape/dims'
import type { GradientRule, RuleCall } from './rule'

/**
 * Resize is linear and separable: the adjoint multiplies each resized axis by the transposed weight
 * matrix of that axis. Nearest enlargement by whole factors is an average pool times the number of copies.
 */
export const resizeRule: GradientRule = (call) => {
  const { b, inputs, grad } = call
  const shape = b.shapeOf(inputs[0]!)
  const plan = resizePlan(call.describe())
  if (!plan) return call.refuse('its target size is not known before the graph runs')
  const changed = shape.flatMap((dim, axis) =>
    dim < 0 || isUnchanged(plan.scales[axis]!, dim, plan.output[axis]!) ? [] : [axis]
  )
  const factors = changed.map((axis) => plan.scales[axis]!)
  const spatialOnly = shape.length === 4 && changed.every((axis) => axis >= 2)
  if (copiesWholePixels(call, factors) && spatialOnly) {
    const kernel = [2, 3].map((axis) => (changed.includes(axis) ? plan.scales[axis]! : 1))
    const pooled = b.op('AveragePool', [grad], { kernel_shape: ints(kernel), strides: ints(kernel) })
    return [
      scale(
        b,
        pooled,
        kernel.reduce((product, size) => product * size, 1)
      )
    ]
  }
  let result = grad
  for (const axis of changed) {
    const weights = resizeWeights(call.describe(), plan, axis)
    result = timesAlong(call, result, axis, weights, plan.output[axis]!, shape[axis]!)
  }
  return [result]
}

// the runtime leaves an axis of scale one alone, even where tf_crop_and_resize names a region of it
function isUnchanged(factor: number, from: number, to: number): boolean {
  return factor === 1 && from === to
}

/** Whether nearest resizing is plain repetition: whole factors, and every coordinate mode rounds to the same pixel. */
function copiesWholePixels(call: RuleCall, factors: readonly number[]): boolean {
  if (textAttribute(call.attributes, 'mode', 'nearest') !== 'nearest' || factors.length === 0) return false
  if (!factors.every((factor) => Number.isInteger(factor) && factor >= 1)) return false
  const mode = textAttribute(call.attributes, 'coordinate_transformation_mode', 'half_pixel')
  const rounding = textAttribute(call.attributes, 'nearest_mode', 'round_prefer_floor')
  return (
    (mode === 'asymmetric' && rounding === 'floor') || (mode === 'half_pixel' && rounding.startsWith('round'))
  )
}

// [.., to, ..] times a [to, from] matrix along one axis
function timesAlong(
  call: RuleCall,
  value: string,
  axis: number,
  weights: Float64Array,
  to: number,
  from: number
): string {
  const { b } = call
  const shape = b.shapeOf(value)
  const last = shape.length - 1
  const matrix = b.constant(b.dataTypeOf(value), [to, from], weights)
  if (axis === last) {
    const rows = shape
      .slice(0, -1)
      .reduce<number | undefined>(
        (product, dim) => (product === undefined ? undefined : multiplyDims(product, dim)),
        1
      )
    const flat = reshape(b, value, [rows!, to])
    return reshape(b, b.op('MatMul', [flat, matrix]), [...shape.slice(0, -1), from])
  }
  const order = shape.map((_, at) => (at === axis ? last : at === last ? axis : at))
  return transpose(b, b.op('MatMul', [transpose(b, value, order), matrix]), order)
}
