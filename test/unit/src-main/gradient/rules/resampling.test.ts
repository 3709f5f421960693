import { float, int, ints, text, type Attributes } from '../../../../../src-main/gradient/onnx/onnx-model'
import { DataType } from '../../../../../src-main/gradient/onnx/onnx-tensor'
import { describeRules, type NamedCase } from './describe-rules'

interface ResizeCase {
  mode: string
  coordinates: string
  scales?: number[]
  sizes?: number[]
  extra?: Attributes
  sampleShape?: readonly number[]
  roi?: number[]
  since?: number
}

const resize = ({
  mode,
  coordinates,
  scales,
  sizes,
  extra = {},
  sampleShape = [2, 4, 5],
  roi,
  since
}: ResizeCase): NamedCase => ({
  name: `Resize, ${mode}, ${coordinates}, ${scales ? `scales ${scales.join()}` : `sizes ${sizes!.join()}`}${Object.entries(extra).map(([key, entry]) => `, ${key} ${String(entry.value)}`).join('')}`, // prettier-ignore
  sampleShape,
  ...(since ? { since } : {}),
  build: (m, image) => {
    const region = roi ? m.constant([roi.length], roi) : ''
    const attributes = { mode: text(mode), coordinate_transformation_mode: text(coordinates), ...extra }
    if (scales)
      return m.op('Resize', [image, region, m.constant([scales.length], scales, DataType.float)], attributes)
    // sizes name the batch too: taken from the image's own shape, as exporters do
    const batch = m.op('Slice', [m.op('Shape', [image]), m.integers(0), m.integers(1)])
    return m.op(
      'Resize',
      [image, region, '', m.op('Concat', [batch, m.integers(...sizes!)], { axis: int(0) })],
      attributes
    )
  }
})

const coordinateModes = ['half_pixel', 'pytorch_half_pixel', 'asymmetric', 'align_corners']
const roundings = ['round_prefer_floor', 'round_prefer_ceil', 'floor', 'ceil']

describeRules('resampling', [
  ...coordinateModes.flatMap((coordinates) => [
    resize({ mode: 'nearest', coordinates, scales: [1, 1, 2, 2] }),
    resize({ mode: 'nearest', coordinates, scales: [1, 1, 1.5, 0.6] }),
    resize({ mode: 'nearest', coordinates, sizes: [2, 7, 3] }),
    resize({ mode: 'linear', coordinates, scales: [1, 1, 2, 2] }),
    resize({ mode: 'linear', coordinates, scales: [1, 1, 0.5, 1.7] }),
    resize({ mode: 'linear', coordinates, sizes: [2, 7, 3] }),
    resize({ mode: 'cubic', coordinates, scales: [1, 1, 2, 1.5] })
  ]),
  ...roundings.flatMap((rounding) =>
    ['half_pixel', 'asymmetric'].flatMap((coordinates) => [
      resize({ mode: 'nearest', coordinates, scales: [1, 1, 2, 3], extra: { nearest_mode: text(rounding) } }),
      resize({
        mode: 'nearest',
        coordinates,
        scales: [1, 1, 0.5, 1.6],
        extra: { nearest_mode: text(rounding) }
      })
    ])
  ),
  resize({
    mode: 'cubic',
    coordinates: 'half_pixel',
    scales: [1, 1, 1.5, 2],
    extra: { cubic_coeff_a: float(-0.5), exclude_outside: int(1) }
  }),
  resize({ mode: 'linear', coordinates: 'half_pixel_symmetric', scales: [1, 1, 1.3, 0.7], since: 19 }),
  resize({
    mode: 'linear',
    coordinates: 'half_pixel',
    scales: [1, 1, 0.5, 0.6],
    extra: { antialias: int(1) },
    since: 18
  }),
  resize({
    mode: 'cubic',
    coordinates: 'half_pixel',
    scales: [1, 1, 0.5, 0.6],
    extra: { antialias: int(1) },
    since: 18
  }),
  resize({
    mode: 'linear',
    coordinates: 'half_pixel',
    scales: [2, 0.5],
    extra: { axes: ints([2, 3]) },
    since: 18
  }),
  resize({ mode: 'nearest', coordinates: 'asymmetric', scales: [1, 1, 2], sampleShape: [2, 5] }),
  resize({ mode: 'linear', coordinates: 'half_pixel', scales: [1, 1, 2], sampleShape: [2, 5] }),
  resize({ mode: 'linear', coordinates: 'half_pixel', scales: [1, 1, 2, 1.5, 2], sampleShape: [1, 2, 3, 2] }),
  resize({
    mode: 'linear',
    coordinates: 'tf_crop_and_resize',
    sizes: [2, 6, 4],
    roi: [0, 0, 0.2, 0.1, 1, 1, 0.8, 0.9]
  })
])
