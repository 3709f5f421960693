import { floatAttribute, intAttribute, textAttribute } from '../onnx/onnx-model'
import type { OperatorCall } from './operator-call'
import type { ResizePlan } from './resize-plan'

interface AxisResize {
  from: number
  to: number
  scale: number
  roi: { start: number; end: number }
}

/**
 * Weights of one axis of a Resize call: row i tells how output pixel i is made of input pixels
 * (ONNX operator page of Resize). Coordinates are rounded to float32 as the runtime computes them, because
 * nearest neighbours change at ties.
 *
 * @returns [to, from], row-major
 */
export function resizeWeights(call: OperatorCall, plan: ResizePlan, axis: number): Float64Array {
  const from = call.inputs[0]!.shape![axis]!
  const to = plan.output[axis]!
  const resize = { from, to, scale: plan.scales[axis]!, roi: plan.roi[axis]! }
  const coordinates = textAttribute(call.attributes, 'coordinate_transformation_mode', 'half_pixel')
  const weights = new Float64Array(to * from)
  const crop = coordinates === 'tf_crop_and_resize'
  for (let at = 0; at < to; at++) {
    const source = sourceCoordinate(coordinates, at, resize)
    // outside the cropped region the output is a constant
    if (crop && (source < 0 || source > from - 1)) continue
    for (const [index, weight] of taps(call, source, resize)) weights[at * from + index]! += weight
  }
  return weights
}

const f32 = Math.fround

function sourceCoordinate(mode: string, at: number, { from, to, scale, roi }: AxisResize): number {
  switch (mode) {
    case 'asymmetric':
      return f32(at / scale)
    case 'pytorch_half_pixel':
      return to > 1 ? f32(f32((at + 0.5) / scale) - 0.5) : 0
    case 'align_corners':
      return to === 1 ? 0 : f32((at * (from - 1)) / (to - 1))
    case 'tf_crop_and_resize':
      return to > 1
        ? f32(roi.start * (from - 1) + (at * (roi.end - roi.start) * (from - 1)) / (to - 1))
        : f32(0.5 * (roi.start + roi.end) * (from - 1))
    case 'half_pixel_symmetric': {
      const adjustment = to / (scale * from)
      const offset = (from / 2) * (1 - adjustment)
      return f32(offset + (at + 0.5) / scale - 0.5)
    }
    default:
      return f32(f32((at + 0.5) / scale) - 0.5)
  }
}

function taps(call: OperatorCall, source: number, resize: AxisResize): [number, number][] {
  const mode = textAttribute(call.attributes, 'mode', 'nearest')
  const clamp = (index: number): number => Math.min(resize.from - 1, Math.max(0, index))
  if (mode === 'nearest') return [[clamp(nearest(call, source, resize.scale)), 1]]
  const antialias = intAttribute(call.attributes, 'antialias', 0) === 1 && resize.scale < 1
  const stretch = antialias ? 1 / resize.scale : 1
  const support = mode === 'cubic' ? 2 : 1
  const sharpness = floatAttribute(call.attributes, 'cubic_coeff_a', -0.75)
  const kernel = (distance: number): number =>
    mode === 'cubic' ? cubic(distance, sharpness) : Math.max(0, 1 - Math.abs(distance))
  const exclude = intAttribute(call.attributes, 'exclude_outside', 0) === 1
  const found: [number, number][] = []
  const centre = mode === 'cubic' || antialias ? source : Math.min(resize.from - 1, Math.max(0, source))
  for (
    let index = Math.floor(centre - support * stretch) + 1;
    index <= Math.ceil(centre + support * stretch) - 1 || index <= Math.floor(centre);
    index++
  ) {
    const outside = index < 0 || index > resize.from - 1
    if (exclude && outside) continue
    found.push([clamp(index), kernel((index - centre) / stretch)])
  }
  if (!exclude && !antialias) return found
  const total = found.reduce((sum, [, weight]) => sum + weight, 0)
  return found.map(([index, weight]) => [index, weight / total])
}

/** Keys' cubic convolution kernel (1981) with coefficient a. */
function cubic(distance: number, a: number): number {
  const d = Math.abs(distance)
  if (d <= 1) return (a + 2) * d ** 3 - (a + 3) * d ** 2 + 1
  return d < 2 ? a * d ** 3 - 5 * a * d ** 2 + 8 * a * d - 4 * a : 0
}

function nearest(call: OperatorCall, source: number, scale: number): number {
  const rounding = textAttribute(call.attributes, 'nearest_mode', 'round_prefer_floor')
  // where nothing is resized the runtime rounds nothing
  if (scale === 1 && Number.isInteger(source)) return source
  switch (rounding) {
    case 'floor':
      return Math.floor(source)
    case 'ceil':
      return Math.ceil(source)
    case 'round_prefer_ceil':
      return Math.floor(source + 0.5)
    default:
      return Math.ceil(source - 0.5)
  }
}
