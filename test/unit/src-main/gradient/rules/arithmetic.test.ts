import { DataType } from '../../../../../src-main/gradient/onnx/onnx-tensor'
import { describeRules, type NamedCase } from './describe-rules'
import type { TinyModel } from '../tiny-model'

const positive = (random: () => number): number => 0.3 + random()

/** Two operands that both depend on the image and broadcast against each other: [N, 2, 3] and [N, 1, 3]. */
const twoSided = (opType: string): NamedCase => ({
  name: `${opType} of two dependent operands with broadcasting`,
  sampleShape: [2, 3],
  pixel: positive,
  build: (m, image) => {
    const row = m.op('Slice', [image, m.integers(0), m.integers(1), m.integers(1)])
    return m.op(opType, [image, m.op('Mul', [row, m.weights([1], 1.2, 1.3)])])
  }
})

const withConstant = (opType: string, side: 0 | 1, dims: readonly number[]): NamedCase => ({
  name: `${opType} with constant of [${dims.join()}] on side ${side}`,
  sampleShape: [2, 3],
  pixel: positive,
  build: (m, image) => {
    const constant = m.weights(dims, 0.5, 1.5)
    return m.op(opType, side === 0 ? [constant, image] : [image, constant])
  }
})

const binary = ['Add', 'Sub', 'Mul', 'Div', 'Pow']

describeRules('arithmetic', [
  ...binary.map(twoSided),
  ...binary.flatMap((opType) => [
    withConstant(opType, 0, [3]),
    withConstant(opType, 1, [1, 2, 1]),
    withConstant(opType, 1, [])
  ]),
  ...[2, 3, 0.5, -1, 1].map((exponent): NamedCase => ({
    name: `Pow with exponent ${exponent}`,
    sampleShape: [4],
    pixel: positive,
    build: (m, image) => m.op('Pow', [image, m.constant([], [exponent])])
  })),
  {
    name: 'Pow with integer exponent',
    sampleShape: [4],
    build: (m, image) => m.op('Pow', [image, m.constant([], [3], DataType.int64)])
  },
  ...['Min', 'Max', 'Sum', 'Mean'].map((opType): NamedCase => ({
    name: `${opType} of three operands`,
    sampleShape: [2, 3],
    build: (m, image) =>
      m.op(opType, [image, m.weights([3], -0.1, 0.1), m.op('Mul', [image, m.weights([2, 1], 0.4, 0.6)])])
  })),
  {
    name: 'Where with both sides dependent and broadcast',
    sampleShape: [2, 3],
    build: (m: TinyModel, image: string) => {
      const condition = m.op('Greater', [image, m.constant([], [0])])
      const row = m.op('ReduceSum', [image, m.integers(1)])
      return m.op('Where', [condition, m.op('Mul', [image, m.weights([3])]), row])
    }
  }
])
