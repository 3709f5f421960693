import { float, int, ints, text, type Attributes } from '../../../../src-main/gradient/onnx/onnx-model'
import type { TinyModel } from './tiny-model'

interface Value {
  name: string
  /** sizes without the batch */
  shape: number[]
}

type Step = (m: TinyModel, value: Value, pick: (count: number) => number) => Value | undefined

const same =
  (opType: string, attributes: Attributes = {}): Step =>
  (m, { name, shape }) => ({ name: m.op(opType, [name], attributes), shape })

/** Keeps growing functions in a range where float32 differences mean something. */
const bounded =
  (opType: string, scale: number, offset: number): Step =>
  (m, { name, shape }) => {
    const small = m.op('Add', [
      m.op('Mul', [m.op('Tanh', [name]), m.constant([], [scale])]),
      m.constant([], [offset])
    ])
    return { name: m.op(opType, [small]), shape }
  }

const withWeights =
  (opType: string, low: number, high: number): Step =>
  (m, { name, shape }, pick) => {
    const dims = [shape, shape.slice(-1), [], shape.map((dim, axis) => (axis === 0 ? dim : 1))][pick(4)]!
    return { name: m.op(opType, [name, m.weights(dims, low, high)]), shape }
  }

const image =
  (step: Step): Step =>
  (m, value, pick) =>
    value.shape.length === 3 ? step(m, value, pick) : undefined

const conv: Step = image((m, { name, shape }, pick) => {
  const [channels, height, width] = shape as [number, number, number]
  const kernel = 1 + pick(Math.min(3, height, width))
  const stride = 1 + pick(2)
  const pad = pick(2)
  const outputs = 1 + pick(3)
  const size = (length: number): number => Math.floor((length + 2 * pad - kernel) / stride) + 1
  const attributes = {
    kernel_shape: ints([kernel, kernel]),
    strides: ints([stride, stride]),
    pads: ints([pad, pad, pad, pad])
  }
  return {
    name: m.op(
      'Conv',
      [name, m.weights([outputs, channels, kernel, kernel]), m.weights([outputs])],
      attributes
    ),
    shape: [outputs, size(height), size(width)]
  }
})

const convTranspose: Step = image((m, { name, shape }, pick) => {
  const [channels, height, width] = shape as [number, number, number]
  if (height * width > 40) return undefined
  const kernel = 2 + pick(3)
  const stride = 1 + pick(2)
  const outputs = 1 + pick(3)
  const size = (length: number): number => (length - 1) * stride + kernel
  const attributes = { kernel_shape: ints([kernel, kernel]), strides: ints([stride, stride]) }
  return {
    name: m.op('ConvTranspose', [name, m.weights([channels, outputs, kernel, kernel])], attributes),
    shape: [outputs, size(height), size(width)]
  }
})

const pool = (opType: string): Step =>
  image((m, { name, shape }, pick) => {
    const [channels, height, width] = shape as [number, number, number]
    if (Math.min(height, width) < 3) return undefined
    const kernel = 2 + pick(2)
    const stride = 1 + pick(2)
    const size = (length: number): number => Math.floor((length - kernel) / stride) + 1
    return {
      name: m.op(opType, [name], { kernel_shape: ints([kernel, kernel]), strides: ints([stride, stride]) }),
      shape: [channels, size(height), size(width)]
    }
  })

const resize: Step = image((m, { name, shape }, pick) => {
  const [channels, height, width] = shape as [number, number, number]
  if (height * width > 40) return undefined
  const mode = text(['nearest', 'linear'][pick(2)]!)
  const coordinates = text(['half_pixel', 'asymmetric', 'align_corners'][pick(3)]!)
  const scaled = m.op('Resize', [name, '', m.constant([4], [1, 1, 2, 2], 1)], {
    mode,
    coordinate_transformation_mode: coordinates
  })
  return { name: scaled, shape: [channels, height * 2, width * 2] }
})

const reshaped: Step = (m, { name, shape }, pick) => {
  const size = shape.reduce((product, dim) => product * dim, 1)
  if (pick(2) === 0) return { name: m.op('Flatten', [name]), shape: [size] }
  const rows = [2, 3, 4].find((count) => size % count === 0) ?? 1
  return { name: m.op('Reshape', [name, m.integers(0, rows, -1)]), shape: [rows, size / rows] }
}

const transposed: Step = (m, { name, shape }) => {
  if (shape.length < 2) return undefined
  const order = [0, ...shape.map((_, axis) => shape.length - axis)]
  return { name: m.op('Transpose', [name], { perm: ints(order) }), shape: [...shape].reverse() }
}

const matrix: Step = (m, { name, shape }, pick) => {
  const inner = shape[shape.length - 1]!
  const columns = 1 + pick(4)
  return {
    name: m.op('MatMul', [name, m.weights([inner, columns])]),
    shape: [...shape.slice(0, -1), columns]
  }
}

const gemm: Step = (m, { name, shape }, pick) => {
  if (shape.length !== 1) return undefined
  const columns = 2 + pick(4)
  return {
    name: m.op('Gemm', [name, m.weights([columns, shape[0]!]), m.weights([columns])], { transB: int(1) }),
    shape: [columns]
  }
}

const sliced: Step = (m, { name, shape }, pick) => {
  const axis = pick(shape.length)
  const size = shape[axis]!
  if (size < 3) return undefined
  const end = size - pick(2)
  const inputs = [m.integers(1), m.integers(end), m.integers(axis + 1)]
  return {
    name: m.op('Slice', [name, ...inputs]),
    shape: shape.map((dim, at) => (at === axis ? end - 1 : dim))
  }
}

const reduced = (opType: string): Step => (m, { name, shape }, pick) => {
  if (shape.length < 2) return undefined
  const axis = pick(shape.length)
  const asInput = m.opset >= 18 || opType === 'ReduceSum'
  const attributes: Attributes = asInput ? { keepdims: int(1) } : { keepdims: int(1), axes: ints([axis + 1]) }
  const inputs = asInput ? [name, m.integers(axis + 1)] : [name]
  return { name: m.op(opType, inputs, attributes), shape: shape.map((dim, at) => (at === axis ? 1 : dim)) }
} // prettier-ignore

const splitAndJoined: Step = (m, { name, shape }, pick) => {
  const axis = pick(shape.length)
  const size = shape[axis]!
  if (size < 2) return undefined
  const first = 1 + pick(size - 1)
  const [left, right] = m.ops(
    'Split',
    [name, m.integers(first, size - first)],
    { axis: int(axis + 1) },
    2
  ) as [string, string]
  return {
    name: m.op('Concat', [right, m.op('Sin', [left]), left], { axis: int(axis + 1) }),
    shape: shape.map((dim, at) => (at === axis ? size + first : dim))
  }
}

const padded: Step = (m, { name, shape }, pick) => {
  const mode = ['constant', 'edge', 'reflect'][pick(3)]!
  const last = shape[shape.length - 1]!
  if (last < 2) return undefined
  const zeros = shape.map(() => 0)
  const widths = [...zeros, 1, ...zeros, 1]
  return {
    name: m.op('Pad', [name, m.integers(...widths)], { mode: text(mode) }),
    shape: [...shape.slice(0, -1), last + 2]
  }
}

const normalized: Step = image((m, { name, shape }, pick) => {
  const channels = shape[0]!
  if (shape[1]! * shape[2]! < 4) return undefined
  if (pick(2) === 0)
    return {
      name: m.op('InstanceNormalization', [name, m.weights([channels]), m.weights([channels])], {
        epsilon: float(0.1)
      }),
      shape
    }
  const parameters = [
    m.weights([channels]),
    m.weights([channels]),
    m.weights([channels]),
    m.weights([channels], 0.5, 1.5)
  ]
  return { name: m.op('BatchNormalization', [name, ...parameters]), shape }
})

const branched: Step = (m, { name, shape }, pick) => {
  const other = m.op(['Tanh', 'Sigmoid', 'Sin'][pick(3)]!, [name])
  return { name: m.op(['Add', 'Mul', 'Sub', 'Max', 'Min'][pick(5)]!, [name, other]), shape }
}

const gathered: Step = (m, { name, shape }, pick) => {
  const axis = pick(shape.length)
  const size = shape[axis]!
  const indices = [pick(size), pick(size), size - 1]
  return {
    name: m.op('Gather', [name, m.integers(...indices)], { axis: int(axis + 1) }),
    shape: shape.map((dim, at) => (at === axis ? 3 : dim))
  }
}

/** Steps that the runtime also has in float64 come first; the rest exists in float32 only. */
const steps: { inDouble: Step[]; inFloat: Step[] } = {
  inDouble: [
    ...['Neg', 'Abs', 'Tanh', 'Sigmoid', 'Relu', 'Erf', 'Sin', 'Cos', 'Identity'].map((opType) => same(opType)),
    bounded('Exp', 1, 0), bounded('Log', 0.5, 1), bounded('Sqrt', 0.5, 1), bounded('Reciprocal', 0.5, 1.2),
    withWeights('Add', -1, 1), withWeights('Sub', -1, 1), withWeights('Mul', 0.3, 1.2), withWeights('Div', 0.6, 1.4),
    withWeights('Max', -0.3, 0.3), withWeights('Min', -0.3, 0.3), same('Softmax', { axis: int(1) }),
    matrix, matrix, gemm, reshaped, transposed, sliced, splitAndJoined, padded, branched, branched, gathered,
    reduced('ReduceSum'), reduced('ReduceMean'), reduced('ReduceMax')
  ],
  inFloat: [
    ...['LeakyRelu', 'Elu', 'Selu', 'Softplus', 'Softsign', 'HardSigmoid', 'Celu'].map((opType) => same(opType)),
    conv, conv, conv, convTranspose, convTranspose, pool('MaxPool'), pool('AveragePool'), resize, normalized,
    same('LogSoftmax', { axis: int(1) }), reduced('ReduceL2'), reduced('ReduceMin')
  ]
} // prettier-ignore

/**
 * Draws a graph of three to seven steps, each applied to the value before it, some with branches that meet again.
 * @param wide float32-only operators too
 */
export function randomGraph(m: TinyModel, imageName: string, wide: boolean): string {
  const pick = (count: number): number => Math.floor(m.random() * count)
  const pool = wide ? [...steps.inDouble, ...steps.inFloat, ...steps.inFloat] : steps.inDouble
  let value: Value = { name: imageName, shape: [...m.sampleShape] }
  for (let remaining = 3 + pick(5); remaining > 0;) {
    const next = pool[pick(pool.length)]!(m, value, pick)
    if (!next || next.shape.reduce((product, dim) => product * dim, 1) > 300) continue
    value = next
    remaining--
  }
  return value.name
}
