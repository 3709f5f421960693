import { float, int, type Attributes } from '../../../../../src-main/gradient/onnx/onnx-model'
import { describeRules } from './describe-rules'

describeRules('normalisation', [
  {
    name: 'BatchNormalization',
    sampleShape: [3, 2, 2],
    build: (m, image) =>
      m.op(
        'BatchNormalization',
        [image, m.weights([3]), m.weights([3]), m.weights([3]), m.weights([3], 0.5, 1.5)],
        { epsilon: float(0.01) }
      )
  },
  {
    name: 'BatchNormalization of vectors',
    sampleShape: [4],
    build: (m, image) =>
      m.op('BatchNormalization', [
        image,
        m.weights([4]),
        m.weights([4]),
        m.weights([4]),
        m.weights([4], 0.5, 1.5)
      ])
  },
  {
    name: 'InstanceNormalization',
    sampleShape: [2, 3, 3],
    build: (m, image) =>
      m.op('InstanceNormalization', [image, m.weights([2]), m.weights([2])], { epsilon: float(0.01) })
  },
  {
    name: 'InstanceNormalization over three axes (as exporters write group normalisation)',
    sampleShape: [4, 2, 3],
    build: (m, image) => {
      const grouped = m.op('Reshape', [image, m.integers(0, 2, -1)])
      const standard = m.op('InstanceNormalization', [
        grouped,
        m.constant([2], [1, 1]),
        m.constant([2], [0, 0])
      ])
      const back = m.op('Reshape', [standard, m.op('Shape', [image])])
      return m.op('Add', [m.op('Mul', [back, m.weights([4, 1, 1])]), m.weights([4, 1, 1])])
    }
  },
  {
    name: 'GroupNormalization, scale per group',
    since: 18,
    until: 20,
    sampleShape: [4, 2, 3],
    build: (m, image) =>
      m.op('GroupNormalization', [image, m.weights([2]), m.weights([2])], {
        num_groups: int(2),
        epsilon: float(0.01)
      })
  },
  {
    name: 'GroupNormalization, scale per channel',
    since: 21,
    // the runtime takes its statistics in float32 whatever the input
    floatTypes: [1],
    sampleShape: [4, 2, 3],
    build: (m, image) =>
      m.op('GroupNormalization', [image, m.weights([4]), m.weights([4])], { num_groups: int(2) })
  },
  {
    name: 'LayerNormalization over the last axis',
    since: 17,
    sampleShape: [2, 5],
    build: (m, image) =>
      m.op('LayerNormalization', [image, m.weights([5]), m.weights([5])], { epsilon: float(0.01) })
  },
  {
    name: 'LayerNormalization over all axes, no shift',
    since: 17,
    sampleShape: [2, 5],
    build: (m, image) => m.op('LayerNormalization', [image, m.weights([2, 5])], { axis: int(1) })
  },
  {
    name: 'LayerNormalization written out',
    // in float64 the runtime's fusion of this pattern loses epsilon (measured with 1.30)
    floatTypes: [1],
    sampleShape: [2, 5],
    build: (m, image) => {
      const axes: Attributes = m.opset < 18 ? { axes: { kind: 'ints', value: [-1] } } : {}
      const mean = (value: string): string =>
        m.op('ReduceMean', m.opset < 18 ? [value] : [value, m.integers(-1)], axes)
      const centred = m.op('Sub', [image, mean(image)])
      const variance = mean(m.op('Pow', [centred, m.constant([], [2])]))
      return m.op('Mul', [
        m.op('Div', [centred, m.op('Sqrt', [m.op('Add', [variance, m.constant([], [0.01])])])]),
        m.weights([5])
      ])
    }
  },
  {
    name: 'RMSNormalization',
    since: 23,
    sampleShape: [2, 5],
    build: (m, image) => m.op('RMSNormalization', [image, m.weights([5])], { epsilon: float(0.01) })
  },
  ...[1, 2].map((p) => ({
    name: `LpNormalization, p = ${p}`,
    sampleShape: [3, 4],
    build: (m: Parameters<Parameters<typeof describeRules>[1][number]['build']>[0], image: string) =>
      m.op('LpNormalization', [image], { p: int(p), axis: int(1) })
  })),
  { name: 'Softmax on the last axis', sampleShape: [2, 4], build: (m, image) => m.op('Softmax', [image]) },
  {
    name: 'Softmax on a middle axis',
    sampleShape: [3, 4],
    build: (m, image) => m.op('Softmax', [image], { axis: int(1) })
  },
  {
    name: 'LogSoftmax',
    sampleShape: [3, 4],
    build: (m, image) => m.op('LogSoftmax', [image], { axis: int(-2) })
  }
])
