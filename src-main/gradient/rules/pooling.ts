import { div, expandTo, indicator, mul, reduceSum, reshape, scale } from '../graph/expressions'
import { int, intAttribute, intsAttribute, text } from '../onnx/onnx-model'
import { DataType } from '../onnx/onnx-tensor'
import { forEachIndex } from '../fold/move-elements'
import { multiplyDims, sizeOfShape } from '../shape/dims'
import { kernelExtent, windowGeometry, type WindowGeometry } from '../shape/window-geometry'
import { scatterWindows } from './convolution'
import type { GradientRule, RuleCall } from './rule'

function geometryOf(call: RuleCall): WindowGeometry {
  const image = [...call.b.shapeOf(call.inputs[0]!).slice(2)]
  return windowGeometry(call.attributes, image, intsAttribute(call.attributes, 'kernel_shape') ?? image)
}

/** GlobalAveragePool: every pixel gets the same share. */
export const globalAveragePoolRule: GradientRule = (call) => {
  const { b, inputs, grad } = call
  const shape = b.shapeOf(inputs[0]!)
  const count = shape.slice(2).reduce((product, size) => product * size, 1)
  return [expandTo(b, scale(b, grad, 1 / count), shape, inputs[0]!)]
}

/** GlobalMaxPool: shared evenly between equal maxima. */
export const globalMaxPoolRule: GradientRule = (call) => {
  const { b, inputs, outputs, grad } = call
  const axes = b.shapeOf(inputs[0]!).flatMap((_, axis) => (axis < 2 ? [] : [axis]))
  const hits = indicator(b, b.op('Equal', [inputs[0]!, outputs[0]!]), grad)
  return [mul(b, hits, div(b, grad, reduceSum(b, hits, axes, true)))]
}

/** AveragePool: each gradient is divided by the pixels of its window and spread over them. */
export const averagePoolRule: GradientRule = (call) => {
  const { b, grad, inputs, attributes } = call
  const shape = b.shapeOf(inputs[0]!)
  const geometry = geometryOf(call)
  const counts = windowCounts(geometry, intAttribute(attributes, 'count_include_pad', 0) === 1)
  const dataType = b.dataTypeOf(grad)
  const shared = mul(
    b,
    grad,
    b.constant(
      dataType,
      [1, 1, ...geometry.output],
      counts.map((count) => 1 / count)
    )
  )
  return [spreadPerChannel(call, shared, shape, geometry)]
}

// the channels become samples, so that one window serves all of them whatever their number
function spreadPerChannel(
  call: RuleCall,
  value: string,
  shape: readonly number[],
  geometry: WindowGeometry
): string {
  const { b } = call
  const planes = multiplyDims(shape[0]!, shape[1]!)!
  const taps = geometry.kernel.reduce((product, size) => product * size, 1)
  const ones = b.constant(b.dataTypeOf(value), [1, 1, ...geometry.kernel], new Float32Array(taps).fill(1))
  const flat = reshape(b, value, [planes, 1, ...geometry.output])
  return reshape(b, scatterWindows(b, flat, ones, geometry, 1), shape)
}

/** Pixels that each window averages over: its own, those in the image, or those in the padded image (ceil_mode). */
function windowCounts(geometry: WindowGeometry, includePad: boolean): Float64Array {
  const { kernel, strides, dilations, padsBegin, padsEnd, input, output } = geometry
  const perAxis = output.map((steps, axis) =>
    Array.from({ length: steps }, (_, step) => {
      const start = step * strides[axis]! - padsBegin[axis]!
      const low = includePad ? -padsBegin[axis]! : 0
      const high = includePad ? input[axis]! + padsEnd[axis]! : input[axis]!
      const taps = Array.from({ length: kernel[axis]! }, (__, tap) => start + tap * dilations[axis]!)
      return taps.filter((at) => at >= low && at < high).length
    })
  )
  const counts = new Float64Array(output.reduce((product, size) => product * size, 1))
  forEachIndex(output, (index, flat) => {
    counts[flat] = index.reduce((product, at, axis) => product * perAxis[axis]![at]!, 1)
  })
  return counts
}

/**
 * MaxPool: the gradient goes to the first maximum of each window in row order, as in torch. The runtime's own
 * Indices output says where that was. Windows that do not overlap are scattered plainly; overlapping ones need
 * a scatter that adds, which operator set 16 brought.
 */
export const maxPoolRule: GradientRule = (call) => {
  const { b, inputs, outputs, attributes, grad } = call
  if (intAttribute(attributes, 'storage_order', 0) === 1)
    call.refuse('column-major indices are not supported')
  const indices = outputs[1]
  if (!indices) return call.refuse('its indices are not at hand')
  const geometry = geometryOf(call)
  const overlaps = geometry.strides.some(
    (stride, axis) => stride < kernelExtent(geometry.kernel[axis]!, geometry.dilations[axis]!)
  )
  if (overlaps && b.opset < 16) return [spreadByOffset(call, geometry)]
  const shape = b.shapeOf(inputs[0]!)
  const total = sizeOfShape(shape)!
  const zero = b.constant(b.dataTypeOf(grad), [1], [0])
  const length =
    total < 0 ? b.op('Reshape', [b.op('Size', [inputs[0]!]), b.integers([1])]) : b.integers([total])
  const zeros = b.op('Expand', [zero, length])
  const flatIndices = b.op('Reshape', [indices, b.integers([-1])])
  const flatGrad = b.op('Reshape', [grad, b.integers([-1])])
  const how = { axis: int(0), ...(overlaps ? { reduction: text('add') } : {}) }
  return [reshape(b, b.op('ScatterElements', [zeros, flatIndices, flatGrad], how), shape)]
}

/**
 * Without an adding scatter: one plane per tap of the window, holding the gradient where that tap was the
 * maximum, and a ConvTranspose whose kernels are single taps to put the planes back and add them up.
 */
function spreadByOffset(call: RuleCall, geometry: WindowGeometry): string {
  const { b, inputs, outputs, grad } = call
  const { kernel, strides, dilations, padsBegin, input, output } = geometry
  const shape = b.shapeOf(inputs[0]!)
  const planes = multiplyDims(shape[0]!, shape[1]!)!
  const pixels = input.reduce((product, size) => product * size, 1)
  const taps = kernel.reduce((product, size) => product * size, 1)
  const rank = input.length
  // position of every tap of every window inside its plane, −1 in the padding
  const positions = new Float64Array(taps * output.reduce((product, size) => product * size, 1))
  forEachIndex([...kernel, ...output], (index, flat) => {
    const at = input.map(
      (_, axis) => index[axis + rank]! * strides[axis]! - padsBegin[axis]! + index[axis]! * dilations[axis]!
    )
    const inside = at.every((value, axis) => value >= 0 && value < input[axis]!)
    positions[flat] = inside ? at.reduce((sum, value, axis) => sum * input[axis]! + value, 0) : -1
  })
  const table = b.constant(DataType.int64, [1, taps, ...output], positions)
  const within = b.op('Mod', [reshape(b, outputs[1]!, [planes, 1, ...output]), b.integers([pixels])])
  const chosen = indicator(b, b.op('Equal', [within, table]), grad)
  const split = mul(b, chosen, reshape(b, grad, [planes, 1, ...output]))
  const single = new Float32Array(taps * taps)
  for (let tap = 0; tap < taps; tap++) single[tap * taps + tap] = 1
  const weight = b.constant(b.dataTypeOf(grad), [taps, 1, ...kernel], single)
  return reshape(b, scatterWindows(b, split, weight, geometry, 1), shape)
}
