import { NidusError } from '../../contract/errors'
import { intAttribute, intsAttribute, textAttribute, type Attributes } from '../onnx/onnx-model'

/** A sliding window over the spatial axes; every list has one entry per spatial axis. */
export interface WindowGeometry {
  kernel: number[]
  strides: number[]
  dilations: number[]
  padsBegin: number[]
  padsEnd: number[]
  input: number[]
  output: number[]
}

/** Extent that a dilated kernel covers. */
export const kernelExtent = (kernel: number, dilation: number): number => (kernel - 1) * dilation + 1

/**
 * Explicit geometry of Conv, AveragePool or MaxPool: auto_pad resolved, output sizes as the ONNX operator
 * pages give them (ceil_mode included; a window that would start in the end padding is dropped).
 *
 * @param attributes of the node
 * @param input spatial sizes
 * @param kernel spatial kernel sizes
 */
export function windowGeometry(attributes: Attributes, input: number[], kernel: number[]): WindowGeometry {
  const axes = input.map((_, axis) => axis)
  const strides = intsAttribute(attributes, 'strides') ?? axes.map(() => 1)
  const dilations = intsAttribute(attributes, 'dilations') ?? axes.map(() => 1)
  const pads = intsAttribute(attributes, 'pads') ?? axes.concat(axes).map(() => 0)
  const autoPad = textAttribute(attributes, 'auto_pad', 'NOTSET')
  const ceil = intAttribute(attributes, 'ceil_mode', 0) === 1
  const padsBegin: number[] = []
  const padsEnd: number[] = []
  const output = axes.map((axis) => {
    const extent = kernelExtent(kernel[axis]!, dilations[axis]!)
    const stride = strides[axis]!
    const size = input[axis]!
    if (autoPad.startsWith('SAME')) {
      const steps = Math.ceil(size / stride)
      const total = Math.max(0, (steps - 1) * stride + extent - size)
      const small = Math.floor(total / 2)
      padsBegin.push(autoPad === 'SAME_LOWER' ? total - small : small)
      padsEnd.push(autoPad === 'SAME_LOWER' ? small : total - small)
      return steps
    }
    padsBegin.push(autoPad === 'VALID' ? 0 : pads[axis]!)
    padsEnd.push(autoPad === 'VALID' ? 0 : pads[axis + axes.length]!)
    const room = size + padsBegin[axis]! + padsEnd[axis]! - extent
    if (room < 0)
      throw new NidusError('onnx-malformed', {
        reason: `a window of ${extent} does not fit an axis of ${size}`
      })
    const steps = Math.floor(room / stride) + 1
    if (!ceil) return steps
    const ceiled = Math.ceil(room / stride) + 1
    return (ceiled - 1) * stride >= size + padsBegin[axis]! ? ceiled - 1 : ceiled
  })
  return { kernel, strides, dilations, padsBegin, padsEnd, input, output }
}

/**
 * Explicit geometry of ConvTranspose: auto_pad and output_shape resolved as ONNX Runtime does.
 * `input` is the small side (the operator's input), `output` the large side.
 */
export function transposedGeometry(
  attributes: Attributes,
  input: number[],
  kernel: number[]
): WindowGeometry & { outputPadding: number[] } {
  const axes = input.map((_, axis) => axis)
  const strides = intsAttribute(attributes, 'strides') ?? axes.map(() => 1)
  const dilations = intsAttribute(attributes, 'dilations') ?? axes.map(() => 1)
  const outputPadding = intsAttribute(attributes, 'output_padding') ?? axes.map(() => 0)
  const pads = intsAttribute(attributes, 'pads') ?? axes.concat(axes).map(() => 0)
  const autoPad = textAttribute(attributes, 'auto_pad', 'NOTSET')
  const wanted = intsAttribute(attributes, 'output_shape')?.slice(-axes.length)
  const padsBegin: number[] = []
  const padsEnd: number[] = []
  const output = axes.map((axis) => {
    const full =
      (input[axis]! - 1) * strides[axis]! +
      outputPadding[axis]! +
      kernelExtent(kernel[axis]!, dilations[axis]!)
    const target = wanted?.[axis] ?? (autoPad.startsWith('SAME') ? input[axis]! * strides[axis]! : undefined)
    if (target === undefined) {
      padsBegin.push(autoPad === 'VALID' ? 0 : pads[axis]!)
      padsEnd.push(autoPad === 'VALID' ? 0 : pads[axis + axes.length]!)
      return full - padsBegin[axis]! - padsEnd[axis]!
    }
    const total = Math.max(0, full - target)
    const small = Math.floor(total / 2)
    padsBegin.push(autoPad === 'SAME_UPPER' ? small : total - small)
    padsEnd.push(total - padsBegin[axis]!)
    return full - total
  })
  return { kernel, strides, dilations, padsBegin, padsEnd, input, output, outputPadding }
}
