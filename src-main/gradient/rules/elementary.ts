import { div, indicator, mul, neg, scale, shift, square } from '../graph/expressions'
import type { GradientRule, RuleCall } from './rule'

/** A rule for y = f(x) from the slope f'(x), which may use x and y. */
const slope =
  (derivative: (call: RuleCall, x: string, y: string) => string): GradientRule =>
  (call) => [mul(call.b, call.grad, derivative(call, call.inputs[0]!, call.outputs[0]!))]

/** −x: −g. */
export const negRule: GradientRule = (call) => [neg(call.b, call.grad)]
/** |x|: sign x, zero at zero as in torch. */
export const absRule = slope(({ b }, x) => b.op('Sign', [x]))
/** exp x: y. */
export const expRule = slope((_, __, y) => y)
/** ln x: 1 / x. */
export const logRule: GradientRule = (call) => [div(call.b, call.grad, call.inputs[0]!)]
/** √x: 1 / 2y. */
export const sqrtRule: GradientRule = (call) => [div(call.b, call.grad, scale(call.b, call.outputs[0]!, 2))]
/** 1 / x: −y². */
export const reciprocalRule = slope(({ b }, _, y) => neg(b, square(b, y)))
/** sin x: cos x. */
export const sinRule = slope(({ b }, x) => b.op('Cos', [x]))
/** cos x: −sin x. */
export const cosRule = slope(({ b }, x) => neg(b, b.op('Sin', [x])))
/** tan x: 1 + y². */
export const tanRule = slope(({ b }, _, y) => shift(b, square(b, y), 1))
/** arctan x: 1 / (1 + x²). */
export const atanRule: GradientRule = (call) => [
  div(call.b, call.grad, shift(call.b, square(call.b, call.inputs[0]!), 1))
]
/** sinh x: cosh x. */
export const sinhRule = slope(({ b }, x) => b.op('Cosh', [x]))
/** cosh x: sinh x. */
export const coshRule = slope(({ b }, x) => b.op('Sinh', [x]))

/** d erf / dx = 2 / sqrt(pi) · exp(−x²). */
export const erfRule = slope(({ b }, x) =>
  scale(b, b.op('Exp', [neg(b, square(b, x))]), 2 / Math.sqrt(Math.PI))
)

/** Clip: the gradient passes where low <= x <= high (both ends included, as torch does). */
export const clipRule: GradientRule = (call) => {
  const { b, inputs } = call
  const [x, low, high] = inputs as [string, string?, string?]
  if (call.needs(1) || call.needs(2))
    return call.refuse('its limits depend on the image, which is not supported')
  let gradient = call.grad
  if (low) gradient = mul(b, gradient, indicator(b, b.op('GreaterOrEqual', [x, low]), gradient))
  if (high) gradient = mul(b, gradient, indicator(b, b.op('LessOrEqual', [x, high]), gradient))
  return [gradient]
}

/** Shrink-like helper: 1 inside (low, high) of x, else 0. */
export const insideMask = (call: RuleCall, x: string, low: number, high: number): string => {
  const { b } = call
  const above = indicator(b, b.op('Greater', [x, b.scalar(low, x)]), x)
  const below = indicator(b, b.op('Less', [x, b.scalar(high, x)]), x)
  return mul(b, above, below)
}
