import { float, int, text } from '../../../../../src-main/gradient/onnx/onnx-model'
import { describeRules, type NamedCase } from './describe-rules'

const unary = (opType: string, since = 13): NamedCase => ({
  name: opType,
  since,
  sampleShape: [2, 3],
  build: (m, image) => m.op(opType, [image])
})

const positive = (random: () => number): number => 0.3 + random()

describeRules('elementary functions', [
  ...['Neg', 'Abs', 'Exp', 'Reciprocal', 'Erf', 'Sin', 'Cos', 'Tan', 'Atan', 'Sinh', 'Cosh'].map((opType) =>
    unary(opType)
  ),
  ...['Log', 'Sqrt'].map((opType): NamedCase => ({ ...unary(opType), pixel: positive })),
  {
    name: 'Clip with both limits',
    sampleShape: [8],
    build: (m, image) => m.op('Clip', [image, m.constant([], [-0.55]), m.constant([], [0.15])])
  },
  {
    name: 'Clip with the upper limit only',
    sampleShape: [8],
    build: (m, image) => m.op('Clip', [image, '', m.constant([], [0.1])])
  },
  {
    name: 'Clip with the lower limit only',
    sampleShape: [8],
    build: (m, image) => m.op('Clip', [image, m.constant([], [0.1])])
  },
  {
    name: 'Cast to float32 and back',
    sampleShape: [4],
    floatTypes: [1],
    build: (m, image) => m.op('Cast', [m.op('Exp', [m.op('Cast', [image], { to: int(11) })])], { to: int(1) })
  }
])

const alphas = (opType: string, alpha: number): NamedCase => ({
  name: `${opType} with alpha ${alpha}`,
  sampleShape: [2, 4],
  build: (m, image) => m.op(opType, [image], { alpha: float(alpha) })
})

describeRules('activations', [
  ...[
    'Relu',
    'LeakyRelu',
    'Elu',
    'Selu',
    'Celu',
    'Sigmoid',
    'HardSigmoid',
    'HardSwish',
    'Tanh',
    'Softplus',
    'Softsign'
  ].map((opType) => unary(opType, opType === 'HardSwish' ? 14 : 13)),
  unary('Mish', 18),
  // the runtime has no kernel for it and writes it out at operator sets 24 and 25 alone
  { ...unary('Swish', 24), until: 25 },
  {
    ...unary('Swish', 24),
    until: 25,
    name: 'Swish with alpha 1.7',
    build: (m, image) => m.op('Swish', [image], { alpha: float(1.7) })
  },
  unary('Gelu', 20),
  {
    ...unary('Gelu', 20),
    name: 'Gelu, tanh form',
    build: (m, image) => m.op('Gelu', [image], { approximate: text('tanh') })
  },
  ...[0, 0.2, 1, 1.5, -0.3].map((alpha) => alphas('LeakyRelu', alpha)),
  alphas('Elu', 0.7),
  alphas('Celu', 0.7),
  alphas('ThresholdedRelu', 0.1),
  {
    ...unary('HardSigmoid'),
    name: 'HardSigmoid, steep',
    pixel: (random, index) => [-0.9, -0.3, 0.3, 0.9][index % 4]! + 0.1 * random(),
    build: (m, image) => m.op('HardSigmoid', [image], { alpha: float(0.9), beta: float(0.45) })
  },
  {
    ...unary('HardSwish', 14),
    name: 'HardSwish beyond its ends',
    pixel: (random, index) => [-4, -2, 2, 4][index % 4]! + 0.5 * random()
  },
  {
    name: 'Selu with its own constants',
    sampleShape: [4],
    build: (m, image) => m.op('Selu', [image], { alpha: float(1.5), gamma: float(0.9) })
  },
  {
    name: 'PRelu, slope per channel',
    sampleShape: [3, 2, 2],
    build: (m, image) => m.op('PRelu', [image, m.weights([3, 1, 1])])
  },
  {
    name: 'PRelu, single slope',
    sampleShape: [3, 2],
    build: (m, image) => m.op('PRelu', [image, m.weights([1])])
  }
])
