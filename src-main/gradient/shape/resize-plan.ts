import { intsAttribute, textAttribute } from '../onnx/onnx-model'
import { knownElements, knownNumbers, type OperatorCall } from './operator-call'
import { elementToDim, positiveAxis, type Dim, type Shape } from './dims'

/** What a Resize does along every axis. */
export interface ResizePlan {
  output: Dim[]
  /** scale per axis as ONNX Runtime uses it in float32 */
  scales: number[]
  /** region of interest, start and end per axis, for tf_crop_and_resize */
  roi: { start: number; end: number }[]
}

/** Sizes, scales and region of a Resize call; undefined when they are not known in advance. */
export function resizePlan(call: OperatorCall): ResizePlan | undefined {
  const shape = call.inputs[0]!.shape
  if (!shape) return undefined
  const axes =
    intsAttribute(call.attributes, 'axes')?.map((axis) => positiveAxis(axis, shape.length)) ??
    shape.map((_, axis) => axis)
  const roi = shape.map(() => ({ start: 0, end: 1 }))
  const roiNumbers = knownNumbers(call, 1)
  if (roiNumbers?.length === axes.length * 2) {
    axes.forEach(
      (axis, index) => (roi[axis] = { start: roiNumbers[index]!, end: roiNumbers[index + axes.length]! })
    )
  }
  const given = knownNumbers(call, 2)
  const scales = shape.map(() => 1)
  if (given && given.length > 0) {
    axes.forEach((axis, index) => (scales[axis] = given[index]!))
    const output = sizesFromScales(
      shape,
      scales,
      roi,
      textAttribute(call.attributes, 'coordinate_transformation_mode', 'half_pixel')
    )
    return output && { output, scales, roi }
  }
  const sizes = knownElements(call, 3)
  if (!sizes || sizes.length !== axes.length) return undefined
  const output = [...shape]
  for (const [index, axis] of axes.entries()) {
    const size = elementToDim(sizes[index]!)
    if (size === undefined || (shape[axis]! < 0 && size !== shape[axis])) return undefined
    output[axis] = size
    scales[axis] = Math.fround(size / shape[axis]!)
  }
  const policy = textAttribute(call.attributes, 'keep_aspect_ratio_policy', 'stretch')
  if (policy === 'stretch') return { output, scales, roi }
  const chosen = axes.map((axis) => scales[axis]!)
  const scale = policy === 'not_larger' ? Math.min(...chosen) : Math.max(...chosen)
  for (const axis of axes) {
    scales[axis] = scale
    output[axis] = Math.round(scale * shape[axis]!)
  }
  return { output, scales, roi }
}

function sizesFromScales(
  shape: Shape,
  scales: number[],
  roi: ResizePlan['roi'],
  mode: string
): Dim[] | undefined {
  const output: Dim[] = []
  for (const [axis, dim] of shape.entries()) {
    if (dim < 0 && scales[axis] !== 1) return undefined
    const extent = mode === 'tf_crop_and_resize' ? roi[axis]!.end - roi[axis]!.start : 1
    output.push(
      dim < 0 ? dim : Math.floor(Math.fround(Math.fround(dim * extent) * Math.fround(scales[axis]!)))
    )
  }
  return output
}
