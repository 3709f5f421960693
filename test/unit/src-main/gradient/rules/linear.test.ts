import { float, int, ints, text } from '../../../../../src-main/gradient/onnx/onnx-model'
import type { Attributes } from '../../../../../src-main/gradient/onnx/onnx-model'
import { describeRules, type NamedCase } from './describe-rules'

const gemm = (
  name: string,
  attributes: Attributes,
  weightDims: readonly number[],
  biasDims?: readonly number[]
): NamedCase => ({
  name: `Gemm, ${name}`,
  sampleShape: [3],
  build: (m, image) =>
    m.op('Gemm', [image, m.weights(weightDims), ...(biasDims ? [m.weights(biasDims)] : [])], attributes)
})

const matMul = (name: string, sampleShape: readonly number[], build: NamedCase['build']): NamedCase => ({
  name: `MatMul, ${name}`,
  sampleShape,
  build
})

describeRules('matrix products', [
  gemm('plain', {}, [3, 4], [4]),
  gemm('B transposed', { transB: int(1) }, [4, 3], [1, 4]),
  gemm('alpha and beta', { alpha: float(0.5), beta: float(2) }, [3, 4], [4]),
  {
    name: 'Gemm, image on the right, A transposed',
    sampleShape: [3],
    // [N, 3] as B transposed: (2 x 3)(3 x N), then back to the batch in front
    build: (m, image) => {
      const product = m.op('Gemm', [m.weights([3, 2]), image], {
        transA: int(1),
        transB: int(1),
        alpha: float(0.7)
      })
      return m.op('Transpose', [product], { perm: ints([1, 0]) })
    }
  },
  {
    name: 'Gemm, image transposed on the left',
    sampleShape: [3],
    build: (m, image) => {
      const turned = m.op('Transpose', [image], { perm: ints([1, 0]) })
      return m.op('Gemm', [turned, m.weights([3, 2])], { transA: int(1) })
    }
  },
  {
    name: 'Gemm, bias depends on the image',
    sampleShape: [3],
    build: (m, image) => m.op('Gemm', [m.op('Tanh', [image]), m.weights([3, 3]), image], { beta: float(0.3) })
  },
  matMul('two axes', [3], (m, image) => m.op('MatMul', [image, m.weights([3, 4])])),
  matMul('three axes times matrix', [2, 3], (m, image) => m.op('MatMul', [image, m.weights([3, 4])])),
  matMul('matrix times batch', [3, 2], (m, image) => m.op('MatMul', [m.weights([4, 3]), image])),
  matMul('broadcast constant stack', [3, 2], (m, image) =>
    m.op('MatMul', [m.op('Unsqueeze', [image, m.integers(1)]), m.weights([5, 2, 4])])
  ),
  matMul('vector on the right', [2, 3], (m, image) => m.op('MatMul', [image, m.weights([3])])),
  matMul('vector on the left', [3, 2], (m, image) => m.op('MatMul', [m.weights([3]), image])),
  matMul('both sides dependent (attention)', [2, 3, 4], (m, image) => {
    const keys = m.op('Transpose', [m.op('Tanh', [image])], { perm: ints([0, 1, 3, 2]) })
    return m.op('MatMul', [m.op('Softmax', [m.op('MatMul', [image, keys])], { axis: int(-1) }), image])
  }),
  {
    name: 'Attention, written out when it is read',
    since: 23,
    // the runtime has it in float32 alone
    floatTypes: [1],
    sampleShape: [2, 3, 4],
    build: (m, image) => m.op('Attention', [image, m.op('Tanh', [image]), m.op('Sigmoid', [image])])
  },
  {
    name: 'Einsum, two dependent operands',
    sampleShape: [2, 3],
    build: (m, image) => m.op('Einsum', [image, m.op('Tanh', [image])], { equation: text('bij,bkj->bik') })
  },
  {
    name: 'Einsum with a letter that is summed away',
    sampleShape: [2, 3],
    build: (m, image) => m.op('Einsum', [image, m.weights([2, 4])], { equation: text('bij,ik->bk') })
  }
])

interface ConvCase {
  name: string
  sampleShape: readonly number[]
  weight: readonly number[]
  attributes?: Attributes
  bias?: number
}

const conv =
  (opType: string) =>
  ({ name, sampleShape, weight, attributes = {}, bias }: ConvCase): NamedCase => ({
    name: `${opType}, ${name}`,
    sampleShape,
    build: (m, image) =>
      m.op(opType, [image, m.weights(weight), ...(bias ? [m.weights([bias])] : [])], attributes)
  })

const convolutions: ConvCase[] = [
  { name: '3x3, no pads', sampleShape: [2, 5, 6], weight: [3, 2, 3, 3], bias: 3 },
  {
    name: 'stride 2, pads 1, even size',
    sampleShape: [1, 6, 6],
    weight: [2, 1, 3, 3],
    attributes: { pads: ints([1, 1, 1, 1]), strides: ints([2, 2]) }
  },
  {
    name: 'stride 2, pads 1, odd size',
    sampleShape: [1, 7, 5],
    weight: [2, 1, 3, 3],
    attributes: { pads: ints([1, 1, 1, 1]), strides: ints([2, 2]) }
  },
  {
    name: 'asymmetric pads',
    sampleShape: [1, 5, 5],
    weight: [2, 1, 3, 3],
    attributes: { pads: ints([0, 0, 1, 1]), strides: ints([2, 2]) }
  },
  {
    name: 'asymmetric pads the other way',
    sampleShape: [1, 6, 6],
    weight: [2, 1, 4, 3],
    attributes: { pads: ints([2, 1, 0, 0]), strides: ints([1, 2]) }
  },
  {
    name: 'dilation',
    sampleShape: [1, 7, 7],
    weight: [2, 1, 3, 3],
    attributes: { dilations: ints([2, 2]), pads: ints([1, 1, 1, 1]) }
  },
  {
    name: 'dilation and stride',
    sampleShape: [1, 9, 8],
    weight: [2, 1, 3, 2],
    attributes: { dilations: ints([2, 3]), strides: ints([3, 2]), pads: ints([1, 0, 2, 1]) }
  },
  {
    name: 'groups',
    sampleShape: [4, 5, 5],
    weight: [6, 2, 3, 3],
    attributes: { group: int(2), pads: ints([1, 1, 1, 1]) },
    bias: 6
  },
  {
    name: 'depthwise',
    sampleShape: [3, 5, 5],
    weight: [3, 1, 3, 3],
    attributes: { group: int(3), strides: ints([2, 2]) }
  },
  {
    name: 'SAME_UPPER, stride 2',
    sampleShape: [1, 6, 7],
    weight: [2, 1, 3, 3],
    attributes: { auto_pad: text('SAME_UPPER'), strides: ints([2, 2]) }
  },
  {
    name: 'SAME_LOWER, stride 2',
    sampleShape: [1, 6, 7],
    weight: [2, 1, 3, 4],
    attributes: { auto_pad: text('SAME_LOWER'), strides: ints([2, 2]) }
  },
  {
    name: 'VALID',
    sampleShape: [1, 6, 7],
    weight: [2, 1, 3, 3],
    attributes: { auto_pad: text('VALID'), strides: ints([2, 2]) }
  },
  {
    name: 'kernel smaller than stride',
    sampleShape: [2, 8, 8],
    weight: [3, 2, 1, 1],
    attributes: { strides: ints([3, 3]) }
  },
  {
    name: 'one axis',
    sampleShape: [2, 9],
    weight: [3, 2, 3],
    attributes: { strides: ints([2]), pads: ints([1, 1]) }
  },
  {
    name: 'three axes',
    sampleShape: [1, 4, 5, 4],
    weight: [2, 1, 2, 3, 2],
    attributes: { strides: ints([2, 1, 2]), pads: ints([0, 1, 0, 0, 1, 0]) }
  },
  { name: 'kernel covers the input (as Gemm)', sampleShape: [3, 4, 4], weight: [5, 3, 4, 4], bias: 5 },
  { name: 'kernel covers the input, no bias', sampleShape: [3, 4, 4], weight: [5, 3, 4, 4] }
]
describeRules('Conv', convolutions.map(conv('Conv')))

const transposed: ConvCase[] = [
  {
    name: 'stride 2, kernel 4, pads 1',
    sampleShape: [3, 4, 4],
    weight: [3, 2, 4, 4],
    attributes: { strides: ints([2, 2]), pads: ints([1, 1, 1, 1]) },
    bias: 2
  },
  {
    name: 'output padding',
    sampleShape: [2, 3, 4],
    weight: [2, 1, 3, 3],
    attributes: { strides: ints([2, 2]), pads: ints([1, 1, 1, 1]), output_padding: ints([1, 1]) }
  },
  {
    name: 'asymmetric pads',
    sampleShape: [2, 4, 4],
    weight: [2, 3, 3, 3],
    attributes: { strides: ints([2, 2]), pads: ints([0, 0, 1, 1]) }
  },
  {
    name: 'groups',
    sampleShape: [4, 3, 3],
    weight: [4, 3, 3, 3],
    attributes: { group: int(2), strides: ints([2, 2]) },
    bias: 6
  },
  {
    name: 'dilation',
    sampleShape: [2, 4, 4],
    weight: [2, 1, 3, 3],
    attributes: { dilations: ints([2, 2]), strides: ints([1, 1]), pads: ints([1, 1, 1, 1]) }
  },
  {
    name: 'stride 1',
    sampleShape: [2, 5, 5],
    weight: [2, 3, 3, 3],
    attributes: { pads: ints([1, 1, 1, 1]) }
  },
  {
    name: 'output_shape',
    sampleShape: [2, 4, 4],
    weight: [2, 1, 3, 3],
    attributes: { strides: ints([2, 2]), output_shape: ints([8, 8]) }
  },
  {
    name: 'output_shape, SAME_UPPER',
    sampleShape: [2, 4, 4],
    weight: [2, 1, 3, 3],
    attributes: { strides: ints([2, 2]), output_shape: ints([8, 8]), auto_pad: text('SAME_UPPER') }
  },
  {
    name: 'SAME_UPPER',
    sampleShape: [2, 4, 4],
    weight: [2, 1, 3, 3],
    attributes: { strides: ints([2, 2]), auto_pad: text('SAME_UPPER') }
  },
  {
    name: 'SAME_LOWER',
    sampleShape: [2, 4, 4],
    weight: [2, 1, 3, 3],
    attributes: { strides: ints([2, 2]), auto_pad: text('SAME_LOWER') }
  },
  {
    name: 'one axis',
    sampleShape: [2, 5],
    weight: [2, 3, 4],
    attributes: { strides: ints([2]), pads: ints([1, 1]) }
  },
  {
    name: 'three axes',
    sampleShape: [2, 2, 3, 2],
    weight: [2, 1, 2, 3, 2],
    attributes: { strides: ints([2, 1, 2]) }
  },
  { name: 'single pixel (as Gemm)', sampleShape: [6, 1, 1], weight: [6, 3, 4, 4], bias: 3 },
  { name: 'single pixel, no bias', sampleShape: [6, 1, 1], weight: [6, 3, 4, 4] }
]
describeRules('ConvTranspose', transposed.map(conv('ConvTranspose')))
