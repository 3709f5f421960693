import { int, ints, text, type Attributes } from '../../../../../src-main/gradient/onnx/onnx-model'
import { describeRules, type NamedCase } from './describe-rules'

/** Pixels that differ by at least 0.1, in a scrambled order, so that no difference quotient meets a tie. */
const distinct = (random: () => number, index: number): number =>
  (((index * 37) % 101) - 50) * 0.1 + 0.02 * random()

const pool = (
  opType: string,
  name: string,
  sampleShape: readonly number[],
  attributes: Attributes,
  since?: number
): NamedCase => ({
  name: `${opType}, ${name}`,
  sampleShape,
  pixel: distinct,
  ...(since ? { since } : {}),
  build: (m, image) => m.op(opType, [image], attributes)
})

const both = (name: string, sampleShape: readonly number[], attributes: Attributes): NamedCase[] => [
  pool('MaxPool', name, sampleShape, attributes),
  pool('AveragePool', name, sampleShape, attributes),
  pool('AveragePool', `${name}, padding counted`, sampleShape, { ...attributes, count_include_pad: int(1) })
]

describeRules('pooling', [
  pool('GlobalAveragePool', 'two axes', [2, 3, 4], {}),
  pool('GlobalMaxPool', 'two axes', [2, 3, 4], {}),
  ...both('2x2', [2, 4, 6], { kernel_shape: ints([2, 2]), strides: ints([2, 2]) }),
  ...both('2x2, odd size', [2, 5, 7], { kernel_shape: ints([2, 2]), strides: ints([2, 2]) }),
  ...both('3x3, stride 2, pads 1', [2, 7, 6], {
    kernel_shape: ints([3, 3]),
    strides: ints([2, 2]),
    pads: ints([1, 1, 1, 1])
  }),
  ...both('3x2, stride 1, asymmetric pads', [1, 5, 5], {
    kernel_shape: ints([3, 2]),
    pads: ints([1, 0, 0, 1])
  }),
  ...both('stride beyond the kernel', [1, 8, 7], { kernel_shape: ints([2, 2]), strides: ints([3, 3]) }),
  ...both('ceil_mode', [2, 5, 6], { kernel_shape: ints([2, 3]), strides: ints([2, 2]), ceil_mode: int(1) }),
  ...both('ceil_mode with pads', [1, 6, 6], {
    kernel_shape: ints([3, 3]),
    strides: ints([2, 2]),
    pads: ints([1, 1, 0, 0]),
    ceil_mode: int(1)
  }),
  ...both('SAME_UPPER', [1, 5, 6], {
    kernel_shape: ints([3, 3]),
    strides: ints([2, 2]),
    auto_pad: text('SAME_UPPER')
  }),
  ...both('SAME_LOWER', [1, 5, 6], {
    kernel_shape: ints([2, 2]),
    strides: ints([2, 2]),
    auto_pad: text('SAME_LOWER')
  }),
  ...both('one axis', [2, 7], { kernel_shape: ints([3]), strides: ints([2]) }),
  ...both('three axes', [1, 4, 4, 5], { kernel_shape: ints([2, 2, 2]), strides: ints([2, 1, 2]) }),
  pool('MaxPool', 'dilation', [1, 7, 7], { kernel_shape: ints([2, 3]), dilations: ints([3, 2]) }),
  pool('AveragePool', 'dilation', [1, 7, 7], { kernel_shape: ints([2, 3]), dilations: ints([3, 2]) }, 19)
])
