import { int, ints, text } from '../../../../../src-main/gradient/onnx/onnx-model'
import { DataType, tensorOf } from '../../../../../src-main/gradient/onnx/onnx-tensor'
import { describeRules, type NamedCase } from './describe-rules'
import type { TinyModel } from '../tiny-model'

/** Layout operators are linear; a square behind them makes their gradient depend on where each pixel went. */
const squared = (
  name: string,
  sampleShape: readonly number[],
  build: (m: TinyModel, image: string) => string,
  since?: number
): NamedCase => ({
  name,
  sampleShape,
  ...(since ? { since } : {}),
  build: (m, image) => {
    const moved = build(m, image)
    return m.op('Mul', [moved, moved])
  }
})

const slice = (
  m: TinyModel,
  image: string,
  starts: number[],
  ends: number[],
  axes: number[],
  steps?: number[]
): string =>
  m.op('Slice', [
    image,
    m.integers(...starts),
    m.integers(...ends),
    m.integers(...axes),
    ...(steps ? [m.integers(...steps)] : [])
  ])

const pad = (mode: string, widths: number[], since?: number): NamedCase =>
  squared(
    `Pad, ${mode} [${widths.join()}]`,
    [2, 4, 5],
    (m, image) => m.op('Pad', [image, m.integers(...widths)], { mode: text(mode) }),
    since
  )

describeRules('layout', [
  squared('Reshape with −1', [2, 6], (m, image) => m.op('Reshape', [image, m.integers(-1, 4, 3)])),
  squared('Reshape with 0', [2, 6], (m, image) => m.op('Reshape', [image, m.integers(0, 3, -1)])),
  squared('Reshape to the shape of another value', [2, 6], (m, image) => {
    const flat = m.op('Flatten', [image])
    return m.op('Mul', [m.op('Reshape', [flat, m.op('Shape', [image])]), m.weights([6])])
  }),
  squared('Flatten', [2, 3], (m, image) => m.op('Flatten', [image], { axis: int(1) })),
  squared('Squeeze and Unsqueeze', [1, 3], (m, image) =>
    m.op('Unsqueeze', [m.op('Squeeze', [image, m.integers(1)]), m.integers(-1, 1)])
  ),
  squared('Squeeze without axes', [1, 3, 1], (m, image) =>
    m.op('Squeeze', [m.op('Squeeze', [image, m.integers(1)])])
  ),
  squared('Transpose', [2, 3, 4], (m, image) => m.op('Transpose', [image], { perm: ints([0, 3, 1, 2]) })),
  squared('Expand', [1, 3], (m, image) => m.op('Expand', [image, m.integers(1, 4, 3)])),
  squared('Expand with more axes', [3], (m, image) =>
    m.op('Transpose', [m.op('Expand', [image, m.integers(2, 1, 3)])], { perm: ints([1, 0, 2]) })
  ),
  squared('Tile', [2, 3], (m, image) => m.op('Tile', [image, m.integers(1, 2, 3)])),
  squared('Tile of single elements', [2, 1], (m, image) => m.op('Tile', [image, m.integers(1, 1, 3)])),
  squared('Concat', [2, 3], (m, image) =>
    m.op(
      'Concat',
      [image, m.weights([2, 2, 3]), m.op('Tanh', [image])].filter((_, at) => at !== 1),
      { axis: int(1) }
    )
  ),
  squared('Concat on the last axis', [2, 3], (m, image) =>
    m.op('Concat', [image, m.op('Tanh', [image]), image], { axis: int(-1) })
  ),
  squared('Split, both parts used', [4, 2], (m, image) => {
    const [left, right] = m.ops('Split', [image, m.integers(1, 3)], { axis: int(1) }, 2)
    return m.op('Mul', [left!, right!])
  }),
  squared(
    'Split, middle part used',
    [6, 2],
    (m, image) => m.ops('Split', [image, m.integers(1, 3, 2)], { axis: int(1) }, 3)[1]!
  ),
  squared('Split, outer parts used', [6, 2], (m, image) => {
    const [first, , last] = m.ops('Split', [image, m.integers(2, 2, 2)], { axis: int(-2) }, 3)
    return m.op('Mul', [first!, last!])
  }),
  {
    ...squared(
      'Split by number of outputs, last part smaller',
      [5, 2],
      (m, image) => m.ops('Split', [image], { axis: int(1), num_outputs: int(2) }, 2)[1]!
    ),
    since: 18
  },
  {
    ...squared(
      'Split in equal parts',
      [4, 2],
      (m, image) => m.ops('Split', [image], { axis: int(1) }, 2)[1]!
    ),
    until: 17
  },
  squared('Slice', [5, 4], (m, image) => slice(m, image, [1, 0], [4, -1], [1, 2])),
  squared('Slice to the end', [5, 4], (m, image) => slice(m, image, [2], [9223372036854775807], [-1])),
  squared('Slice with steps', [5, 6], (m, image) => slice(m, image, [0, 1], [5, 6], [1, 2], [2, 3])),
  squared('Slice backwards', [5, 6], (m, image) => slice(m, image, [4, -1], [0, -7], [1, 2], [-2, -1])),
  squared('Gather, several and repeated indices', [5, 2], (m, image) =>
    m.op('Gather', [image, m.integers(3, 0, 3, -1)], { axis: int(1) })
  ),
  squared('Gather, two-dimensional indices on the last axis', [2, 5], (m, image) =>
    m.op('Gather', [image, m.constant([2, 2], [3, 0, 1, 1], DataType.int64)], { axis: int(-1) })
  ),
  squared('Gather, scalar index', [3, 2], (m, image) =>
    m.op('Gather', [image, m.constant([], [1], DataType.int64)], { axis: int(1) })
  ),
  squared('DepthToSpace, DCR', [8, 2, 3], (m, image) => m.op('DepthToSpace', [image], { blocksize: int(2) })),
  squared('DepthToSpace, CRD', [8, 2, 3], (m, image) =>
    m.op('DepthToSpace', [image], { blocksize: int(2), mode: text('CRD') })
  ),
  squared('SpaceToDepth', [2, 4, 6], (m, image) => m.op('SpaceToDepth', [image], { blocksize: int(2) })),
  squared(
    'GatherElements',
    [3, 4],
    (m, image) => {
      // the indices carry the batch: a table of one sample, repeated by adding zeros of the image's batch
      const zeros = m.op(
        'Cast',
        [
          m.op('Mul', [
            m.op('Slice', [image, m.integers(0), m.integers(2), m.integers(1)]),
            m.constant([], [0])
          ])
        ],
        { to: int(7) }
      )
      const table = m.constant([1, 2, 4], [0, 2, 2, 1, 2, 2, 0, 0], DataType.int64)
      return m.op('GatherElements', [image, m.op('Add', [zeros, table])], { axis: int(1) })
    },
    16
  ),
  squared('Trilu', [3, 3], (m, image) => m.op('Trilu', [image], { upper: int(0) }), 14),
  squared('Identity', [3], (m, image) => m.op('Identity', [image])),
  squared('Dropout in inference', [3], (m, image) => m.op('Dropout', [image])),
  squared('Dropout with a ratio, training off', [3], (m, image) =>
    m.op('Dropout', [image, m.constant([], [0.5]), m.constant([], [0], DataType.bool)])
  ),
  squared('Constant as a node', [2, 3], (m, image) => {
    const value = tensorOf(m.floatType, [3], [0.5, -0.8, 1.2])
    return m.op('Mul', [image, m.op('Constant', [], { value: { kind: 'tensor', value } })])
  }),
  squared('ConstantOfShape from the shape of the image', [2, 3], (m, image) => {
    const value = tensorOf(m.floatType, [1], [0.7])
    const filled = m.op('ConstantOfShape', [m.op('Shape', [image])], { value: { kind: 'tensor', value } })
    return m.op('Add', [m.op('Mul', [image, filled]), filled])
  }),
  squared(
    'Shape arithmetic: sizes gathered, multiplied, divided and joined for a Reshape',
    [4, 3],
    (m, image) => {
      const shape = m.op('Shape', [image])
      const size = (axis: number): string => m.op('Gather', [shape, m.integers(axis)], { axis: int(0) })
      const half = m.op('Div', [size(1), m.integers(2)])
      const rest = m.op('Sub', [m.op('Mul', [m.op('Add', [half, half]), size(2)]), m.integers(6)])
      const target = m.op('Concat', [size(0), m.integers(2), rest], { axis: int(0) })
      return m.op('Mul', [m.op('Reshape', [image, target]), m.weights([6])])
    }
  ),
  pad('constant', [0, 0, 1, 2, 0, 0, 2, 1]),
  pad('constant', [0, 1, -1, -2, 0, 0, 2, -1]),
  pad('reflect', [0, 0, 1, 2, 0, 0, 3, 4]),
  pad('reflect', [0, 0, 2, 0, 0, 0, 0, 1]),
  pad('edge', [0, 1, 1, 2, 0, 0, 2, 3]),
  pad('wrap', [0, 0, 1, 2, 0, 1, 2, 3], 19),
  squared(
    'Pad along named axes',
    [2, 4, 5],
    (m, image) => m.op('Pad', [image, m.integers(1, 2), '', m.integers(-1)], { mode: text('reflect') }),
    18
  )
])
