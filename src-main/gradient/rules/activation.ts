import { floatAttribute } from '../onnx/onnx-model'
import {
  add,
  clip,
  div,
  indicator,
  mul,
  positiveMask,
  scale,
  shift,
  square,
  sub,
  sumTo
} from '../graph/expressions'
import { insideMask } from './elementary'
import type { GradientRule, RuleCall } from './rule'

const slope =
  (derivative: (call: RuleCall, x: string, y: string) => string): GradientRule =>
  (call) => [mul(call.b, call.grad, derivative(call, call.inputs[0]!, call.outputs[0]!))]

const isPositive = ({ b }: RuleCall, x: string): string => b.op('Greater', [x, b.scalar(0, x)])

/** Relu: the mask is taken from the output, so that the input need not be kept. */
export const reluRule = slope(({ b }, _, y) => positiveMask(b, y, 0))

/** LeakyRelu: for slopes above zero the sign of the output is the sign of the input. */
export const leakyReluRule = slope((call, x, y) => {
  const alpha = floatAttribute(call.attributes, 'alpha', 0.01)
  if (alpha >= 0 && alpha <= 1) return positiveMask(call.b, alpha > 0 ? y : x, alpha)
  return call.b.op('Where', [isPositive(call, x), call.b.scalar(1, x), call.b.scalar(alpha, x)])
})

/** PRelu: the slope is a constant per channel or per element. */
export const preluRule: GradientRule = (call) => {
  const { b, grad, inputs } = call
  const [x, slopes] = inputs as [string, string]
  const positive = isPositive(call, x)
  const zero = b.scalar(0, x)
  return [
    call.needs(0) ? mul(b, grad, b.op('Where', [positive, b.scalar(1, x), slopes])) : undefined,
    call.needs(1) ? sumTo(b, mul(b, grad, b.op('Where', [positive, zero, x])), b.shapeOf(slopes)) : undefined
  ]
}

/** Elu: slope 1 above zero, y + alpha below. */
export const eluRule = slope((call, x, y) => {
  const alpha = floatAttribute(call.attributes, 'alpha', 1)
  return call.b.op('Where', [isPositive(call, x), call.b.scalar(1, x), shift(call.b, y, alpha)])
})

/** Selu: gamma above zero, y + gamma · alpha below. */
export const seluRule = slope((call, x, y) => {
  const alpha = floatAttribute(call.attributes, 'alpha', 1.6732632423543772)
  const gamma = floatAttribute(call.attributes, 'gamma', 1.0507009873554805)
  return call.b.op('Where', [isPositive(call, x), call.b.scalar(gamma, x), shift(call.b, y, gamma * alpha)])
})

/** Celu: 1 above zero, exp(x / alpha) = y / alpha + 1 below. */
export const celuRule = slope((call, x, y) => {
  const alpha = floatAttribute(call.attributes, 'alpha', 1)
  return call.b.op('Where', [
    isPositive(call, x),
    call.b.scalar(1, x),
    shift(call.b, scale(call.b, y, 1 / alpha), 1)
  ])
})

/** ThresholdedRelu: 1 above alpha, 0 elsewhere. */
export const thresholdedReluRule = slope(({ b, attributes }, x) =>
  indicator(b, b.op('Greater', [x, b.scalar(floatAttribute(attributes, 'alpha', 1), x)]), x)
)

/** Sigmoid: y (1 − y). */
export const sigmoidRule = slope(({ b }, _, y) => mul(b, y, sub(b, b.scalar(1, y), y)))

/** HardSigmoid: alpha where alpha x + beta lies strictly between 0 and 1. */
export const hardSigmoidRule = slope((call, x) => {
  const alpha = floatAttribute(call.attributes, 'alpha', 0.2)
  const beta = floatAttribute(call.attributes, 'beta', 0.5)
  return scale(call.b, insideMask(call, shift(call.b, scale(call.b, x, alpha), beta), 0, 1), alpha)
})

/** HardSwish = x · clip(x / 6 + 1/2, 0, 1): slope clip(…) + x / 6 inside, clip(…) outside. */
export const hardSwishRule = slope((call, x) => {
  const { b } = call
  const gate = shift(b, scale(b, x, 1 / 6), 0.5)
  return add(b, clip(b, gate, 0, 1), scale(b, mul(b, x, insideMask(call, gate, 0, 1)), 1 / 6))
})

/** Tanh: 1 − y². */
export const tanhRule = slope(({ b }, _, y) => sub(b, b.scalar(1, y), square(b, y)))

/** Softplus: sigmoid(x). */
export const softplusRule = slope(({ b }, x) => b.op('Sigmoid', [x]))

/** Softsign: 1 / (1 + |x|)². */
export const softsignRule: GradientRule = (call) => [
  div(call.b, call.grad, square(call.b, shift(call.b, call.b.op('Abs', [call.inputs[0]!]), 1)))
]

/** Mish = x tanh(softplus x): t + x sigmoid(x) (1 − t²). */
export const mishRule = slope(({ b }, x) => {
  const t = b.op('Tanh', [b.op('Softplus', [x])])
  return add(b, t, mul(b, mul(b, x, b.op('Sigmoid', [x])), sub(b, b.scalar(1, x), square(b, t))))
})

/** Swish = x sigmoid(alpha x): s + alpha x s (1 − s). */
export const swishRule = slope(({ b, attributes }, x) => {
  const alpha = floatAttribute(attributes, 'alpha', 1)
  const s = b.op('Sigmoid', [scale(b, x, alpha)])
  return mul(b, s, shift(b, mul(b, scale(b, x, alpha), sub(b, b.scalar(1, x), s)), 1))
})

/** Gelu, exact (erf) or tanh form. */
export const geluRule = slope((call, x) => {
  const { b, attributes } = call
  const approximate = attributes['approximate']
  if (approximate?.kind === 'string' && approximate.value === 'tanh') return tanhGeluSlope(call, x)
  const gate = scale(b, shift(b, b.op('Erf', [scale(b, x, Math.SQRT1_2)]), 1), 0.5)
  const bell = scale(b, b.op('Exp', [scale(b, square(b, x), -0.5)]), 1 / Math.sqrt(2 * Math.PI))
  return add(b, gate, mul(b, x, bell))
})

// u = sqrt(2/pi) (x + 0.044715 x³), y = x/2 (1 + tanh u)
function tanhGeluSlope({ b }: RuleCall, x: string): string {
  const root = Math.sqrt(2 / Math.PI)
  const xx = square(b, x)
  const t = b.op('Tanh', [scale(b, mul(b, x, shift(b, scale(b, xx, 0.044715), 1)), root)])
  const inner = scale(b, shift(b, scale(b, xx, 3 * 0.044715), 1), root)
  const half = scale(b, shift(b, t, 1), 0.5)
  return add(b, half, scale(b, mul(b, mul(b, x, sub(b, b.scalar(1, x), square(b, t))), inner), 0.5))
}
