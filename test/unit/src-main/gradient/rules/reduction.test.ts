import { int, ints } from '../../../../../src-main/gradient/onnx/onnx-model'
import { describeRules, type NamedCase } from './describe-rules'

const positive = (random: () => number): number => 0.3 + random()

/** ReduceSum has taken its axes as an input since operator set 13, the others since 18. */
const reduction = (opType: string, axes: number[], keepdims: number): NamedCase => ({
  name: `${opType} over [${axes.join()}], keepdims ${keepdims}`,
  sampleShape: [3, 2, 4],
  ...(opType === 'ReduceLogSum' || opType === 'ReduceProd' ? { pixel: positive } : {}),
  build: (m, image) => {
    const asInput = m.opset >= 18 || opType === 'ReduceSum'
    const curved = m.op('Mul', [image, m.weights([3, 2, 4], 0.5, 1.5)])
    return asInput
      ? m.op(opType, [curved, m.integers(...axes)], { keepdims: int(keepdims) })
      : m.op(opType, [curved], { axes: ints(axes), keepdims: int(keepdims) })
  }
})

const names = ['Sum', 'Mean', 'L1', 'L2', 'SumSquare', 'LogSum', 'LogSumExp', 'Max', 'Min', 'Prod'].map(
  (name) => `Reduce${name}`
)

describeRules(
  'reductions',
  names.flatMap((opType) => [
    reduction(opType, [1, -1], 1),
    reduction(opType, [2], 0),
    reduction(opType, [1, 2, 3], 0)
  ])
)
