import {
  div,
  lastAxes,
  mul,
  perChannel,
  reduce,
  reduceSum,
  reshape,
  shift,
  square,
  sub
} from '../graph/expressions'
import type { GraphBuilder } from '../graph/graph-builder'
import { floatAttribute, intAttribute } from '../onnx/onnx-model'
import { positiveAxis, type Shape } from '../shape/dims'
import type { GradientRule, RuleCall } from './rule'

function refuseActiveParameters(call: RuleCall): void {
  if (call.inputs.slice(1).some((_, index) => call.needs(index + 1))) {
    call.refuse('its scale or shift depends on the image, which is not supported')
  }
}

/** BatchNormalization in evaluation mode: an affine map per channel, slope gamma / sqrt(variance + epsilon). */
export const batchNormalizationRule: GradientRule = (call) => {
  refuseActiveParameters(call)
  const { b, inputs, attributes, grad } = call
  const [x, gamma, , , variance] = inputs as [string, string, string, string, string]
  const shape = b.shapeOf(x)
  const deviation = b.op('Sqrt', [shift(b, variance, floatAttribute(attributes, 'epsilon', 1e-5))])
  return [mul(b, grad, perChannel(b, div(b, gamma, deviation), b.shapeOf(gamma)[0]!, shape.length))]
}

/**
 * Backward pass of (x − mean) / sqrt(variance + epsilon) over the given axes (Ioffe & Szegedy 2015, section 3):
 * inv · (g − mean g − x̂ · mean(g x̂)).
 */
function standardizeBackward(
  b: GraphBuilder,
  x: string,
  grad: string,
  axes: readonly number[],
  epsilon: number
): string {
  const centred = sub(b, x, reduce(b, 'ReduceMean', x, axes, true))
  const variance = reduce(b, 'ReduceMean', square(b, centred), axes, true)
  const inverse = b.op('Reciprocal', [b.op('Sqrt', [shift(b, variance, epsilon)])])
  const standard = mul(b, centred, inverse)
  const mean = reduce(b, 'ReduceMean', grad, axes, true)
  const along = mul(b, standard, reduce(b, 'ReduceMean', mul(b, grad, standard), axes, true))
  return mul(b, inverse, sub(b, sub(b, grad, mean), along))
}

/** InstanceNormalization: statistics per sample and channel. */
export const instanceNormalizationRule: GradientRule = (call) => {
  refuseActiveParameters(call)
  const { b, inputs, attributes, grad } = call
  const [x, gamma] = inputs as [string, string]
  const shape = b.shapeOf(x)
  const scaled = mul(b, grad, perChannel(b, gamma, shape[1]!, shape.length))
  return [
    standardizeBackward(b, x, scaled, lastAxes(shape.length, 2), floatAttribute(attributes, 'epsilon', 1e-5))
  ]
}

/**
 * GroupNormalization: statistics per sample and group of channels. Operator sets 18 to 20 give one scale per
 * group, from 21 on one per channel.
 */
export const groupNormalizationRule: GradientRule = (call) => {
  refuseActiveParameters(call)
  const { b, inputs, attributes, grad } = call
  const [x, gamma] = inputs as [string, string]
  const shape = b.shapeOf(x)
  const groups = intAttribute(attributes, 'num_groups', 1)
  const [batch, channels] = shape as [number, number]
  const pixels = shape.slice(2).reduce((product, size) => product * size, 1)
  const grouped: Shape = [batch, groups, channels / groups, pixels]
  const perGroup = b.shapeOf(gamma)[0] === groups && b.opset < 21
  const factor = reshape(b, gamma, perGroup ? [1, groups, 1, 1] : [1, groups, channels / groups, 1])
  const scaled = mul(b, reshape(b, grad, grouped), factor)
  const back = standardizeBackward(
    b,
    reshape(b, x, grouped),
    scaled,
    [2, 3],
    floatAttribute(attributes, 'epsilon', 1e-5)
  )
  return [reshape(b, back, shape)]
}

/** LayerNormalization: statistics over the axes from `axis` on. */
export const layerNormalizationRule: GradientRule = (call) => {
  refuseActiveParameters(call)
  if (call.grads.slice(1).some((grad) => grad !== undefined))
    call.refuse('its mean or deviation output is used further')
  const { b, inputs, attributes, grad } = call
  const [x, gamma] = inputs as [string, string]
  const rank = b.shapeOf(x).length
  const first = positiveAxis(intAttribute(attributes, 'axis', -1), rank)
  return [
    standardizeBackward(
      b,
      x,
      mul(b, grad, gamma),
      lastAxes(rank, first),
      floatAttribute(attributes, 'epsilon', 1e-5)
    )
  ]
}

/** RMSNormalization: y = gamma · x / sqrt(mean x² + epsilon). */
export const rmsNormalizationRule: GradientRule = (call) => {
  refuseActiveParameters(call)
  const { b, inputs, attributes, grad } = call
  const [x, gamma] = inputs as [string, string]
  const rank = b.shapeOf(x).length
  const axes = lastAxes(rank, positiveAxis(intAttribute(attributes, 'axis', -1), rank))
  const power = reduce(b, 'ReduceMean', square(b, x), axes, true)
  const inverse = b.op('Reciprocal', [
    b.op('Sqrt', [shift(b, power, floatAttribute(attributes, 'epsilon', 1e-5))])
  ])
  const standard = mul(b, x, inverse)
  const scaled = mul(b, grad, gamma)
  const along = mul(b, standard, reduce(b, 'ReduceMean', mul(b, scaled, standard), axes, true))
  return [mul(b, inverse, sub(b, scaled, along))]
}

/** LpNormalization with p = 1 or 2 along one axis: y = x / |x|_p. */
export const lpNormalizationRule: GradientRule = (call) => {
  const { b, inputs, outputs, attributes, grad } = call
  const [x, y] = [inputs[0]!, outputs[0]!]
  const axes = [positiveAxis(intAttribute(attributes, 'axis', -1), b.shapeOf(x).length)]
  const p = intAttribute(attributes, 'p', 2)
  const norm =
    p === 1
      ? reduceSum(b, b.op('Abs', [x]), axes, true)
      : b.op('Sqrt', [reduceSum(b, square(b, x), axes, true)])
  const direction = p === 1 ? b.op('Sign', [x]) : y
  const along = mul(b, direction, reduceSum(b, mul(b, grad, y), axes, true))
  return [div(b, sub(b, grad, along), norm)]
}

/** Softmax: s (g − Σ g s). */
export const softmaxRule: GradientRule = (call) => {
  const { b, outputs, grad } = call
  const weighted = mul(b, grad, outputs[0]!)
  return [mul(b, outputs[0]!, sub(b, grad, reduceSum(b, weighted, softmaxAxes(call), true)))]
}

/** LogSoftmax: g − exp(y) Σ g. */
export const logSoftmaxRule: GradientRule = (call) => {
  const { b, outputs, grad } = call
  return [sub(b, grad, mul(b, b.op('Exp', [outputs[0]!]), reduceSum(b, grad, softmaxAxes(call), true)))]
}

function softmaxAxes({ b, inputs, attributes }: RuleCall): number[] {
  return [positiveAxis(intAttribute(attributes, 'axis', -1), b.shapeOf(inputs[0]!).length)]
}
