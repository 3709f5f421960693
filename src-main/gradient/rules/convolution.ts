import { intAttribute, int, ints } from '../onnx/onnx-model'
import {
  kernelExtent,
  transposedGeometry,
  windowGeometry,
  type WindowGeometry
} from '../shape/window-geometry'
import { slice, zeroPad } from '../graph/expressions'
import type { GraphBuilder } from '../graph/graph-builder'
import type { GradientRule, RuleCall } from './rule'

/**
 * Adjoint of a strided window sum: spreads `value` over the grid that the windows were taken from.
 * ConvTranspose with the same weights; the sizes that the stride skipped are restored by output padding.
 *
 * @param value gradient at the window positions, [N, windows' channels, ...output]
 * @param weight kernel as Conv stores it, [out, in / group, ...kernel]
 * @returns [N, in, ...input]
 */
export function scatterWindows(
  b: GraphBuilder,
  value: string,
  weight: string,
  geometry: WindowGeometry,
  group: number
): string {
  const { kernel, strides, dilations, padsBegin, input, output } = geometry
  const cut: number[] = []
  const grown: number[] = []
  const missing: number[] = []
  for (const [axis, size] of input.entries()) {
    const reached = (output[axis]! - 1) * strides[axis]! + kernelExtent(kernel[axis]!, dilations[axis]!)
    const end = reached - padsBegin[axis]! - size
    cut.push(Math.max(0, end))
    // the runtime takes output padding below the stride only; pixels that no window reached beyond that are zeros
    const growth = Math.min(Math.max(0, -end), strides[axis]! - 1)
    grown.push(growth)
    missing.push(Math.max(0, -end) - growth)
  }
  const spread = b.op('ConvTranspose', [value, weight], {
    kernel_shape: ints(kernel),
    strides: ints(strides),
    dilations: ints(dilations),
    pads: ints([...padsBegin, ...cut]),
    ...(grown.some((size) => size > 0) ? { output_padding: ints(grown) } : {}),
    group: int(group)
  })
  return missing.some((size) => size > 0)
    ? zeroPad(b, spread, [0, 0, ...missing.map(() => 0)], [0, 0, ...missing])
    : spread
}

function refuseActiveWeights(call: RuleCall): void {
  if (call.needs(1) || call.needs(2)) call.refuse('its weights depend on the image, which is not supported')
}

/** Conv: the adjoint is ConvTranspose with the same weights. */
export const convRule: GradientRule = (call) => {
  refuseActiveWeights(call)
  const { b, inputs, attributes, grad } = call
  const image = b.shapeOf(inputs[0]!).slice(2)
  const kernel = b.shapeOf(inputs[1]!).slice(2)
  const geometry = windowGeometry(attributes, [...image], [...kernel])
  return [scatterWindows(b, grad, inputs[1]!, geometry, intAttribute(attributes, 'group', 1))]
}

/** ConvTranspose: the adjoint is Conv with the same weights. */
export const convTransposeRule: GradientRule = (call) => {
  refuseActiveWeights(call)
  const { b, inputs, attributes, grad } = call
  const image = [...b.shapeOf(inputs[0]!).slice(2)]
  const kernel = [...b.shapeOf(inputs[1]!).slice(2)]
  const { strides, dilations, padsBegin, padsEnd } = transposedGeometry(attributes, image, kernel)
  let gathered = b.op('Conv', [grad, inputs[1]!], {
    kernel_shape: ints(kernel),
    strides: ints(strides),
    dilations: ints(dilations),
    pads: ints([...padsBegin, ...padsEnd]),
    group: int(intAttribute(attributes, 'group', 1))
  })
  // output padding of a whole stride or more makes windows that no input pixel had
  for (const [axis, size] of b.shapeOf(gathered).slice(2).entries()) {
    if (size > image[axis]!) gathered = slice(b, gathered, axis + 2, 0, image[axis]!)
  }
  return [gathered]
}
