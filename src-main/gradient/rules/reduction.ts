import { div, expandTo, indicator, mul, reduceSum, reshape, scale } from '../graph/expressions'
import { reducedAxes } from '../shape/infer-reduction'
import type { GradientRule, RuleCall } from './rule'

interface Reduced {
  /** gradient with the reduced axes back as ones */
  grad: string
  /** result with the reduced axes back as ones */
  result: string
  axes: number[]
  /** number of elements that went into one result */
  count: number
}

function reduced(call: RuleCall): Reduced {
  const { b, inputs, outputs } = call
  const shape = b.shapeOf(inputs[0]!)
  const axes = reducedAxes(call.describe(), shape.length)
  if (!axes) return call.refuse('its axes are not known before the graph runs')
  if (axes.some((axis) => shape[axis]! < 0))
    return call.refuse('it reduces over the batch, which mixes the images')
  const kept = shape.map((dim, axis) => (axes.includes(axis) ? 1 : dim))
  return {
    grad: reshape(b, call.grad, kept),
    result: reshape(b, outputs[0]!, kept),
    axes,
    count: axes.reduce((product, axis) => product * shape[axis]!, 1)
  }
}

/** A rule from the slope of the result with respect to each element: gradient times slope, broadcast. */
const slopeOfEach =
  (slope: (call: RuleCall, x: string, parts: Reduced) => string): GradientRule =>
  (call) => {
    const parts = reduced(call)
    return [mul(call.b, parts.grad, slope(call, call.inputs[0]!, parts))]
  }

/** ReduceSum: the gradient for every element. */
export const reduceSumRule: GradientRule = (call) => {
  const { grad } = reduced(call)
  return [expandTo(call.b, grad, call.b.shapeOf(call.inputs[0]!), call.inputs[0]!)]
}

/** ReduceMean: an equal share for every element. */
export const reduceMeanRule: GradientRule = (call) => {
  const { grad, count } = reduced(call)
  return [expandTo(call.b, scale(call.b, grad, 1 / count), call.b.shapeOf(call.inputs[0]!), call.inputs[0]!)]
}

/** ReduceL1: sign x. */
export const reduceL1Rule = slopeOfEach(({ b }, x) => b.op('Sign', [x]))

/** ReduceL2: x / norm, zero where the norm is zero (as in torch). */
export const reduceL2Rule = slopeOfEach(({ b }, x, { result }) => {
  const isZero = b.op('Equal', [result, b.scalar(0, result)])
  return div(b, x, b.op('Where', [isZero, b.scalar(1, result), result]))
})

/** ReduceSumSquare: 2x. */
export const reduceSumSquareRule = slopeOfEach(({ b }, x) => scale(b, x, 2))

/** ReduceLogSumExp: exp(x − y). */
export const reduceLogSumExpRule = slopeOfEach(({ b }, x, { result }) =>
  b.op('Exp', [b.op('Sub', [x, result])])
)

/** ReduceLogSum: 1 / Σ x. */
export const reduceLogSumRule: GradientRule = (call) => {
  const { grad, result } = reduced(call)
  const { b, inputs } = call
  return [expandTo(b, div(b, grad, b.op('Exp', [result])), b.shapeOf(inputs[0]!), inputs[0]!)]
}

/** ReduceProd: y / x; refused near zeros it would divide by, so they are told apart. */
export const reduceProdRule = slopeOfEach(({ b }, x, { result }) => div(b, result, x))

/** ReduceMax and ReduceMin: shared evenly between equal extremes (as torch's amax does). */
export const reduceExtremumRule: GradientRule = (call) => {
  const { b, inputs } = call
  const { grad, result, axes } = reduced(call)
  const hits = indicator(b, b.op('Equal', [inputs[0]!, result]), grad)
  return [mul(b, hits, div(b, grad, reduceSum(b, hits, axes, true)))]
}
