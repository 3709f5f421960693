import { add, reduceSum, slice, zeroPad } from '../graph/expressions'
import { textAttribute } from '../onnx/onnx-model'
import { padWidths } from '../shape/infer-layout'
import type { GradientRule, RuleCall } from './rule'

/**
 * Pad: constant padding is cut off again. Reflected, repeated (edge) and wrapped pixels return their gradient to
 * the pixels they were copied from, one axis after the other from the last to the first.
 */
export const padRule: GradientRule = (call) => {
  const { b, inputs, attributes, grad } = call
  const mode = textAttribute(attributes, 'mode', 'constant')
  const widths = padWidths(call.describe())
  if (!widths) return call.refuse('its widths are not known before the graph runs')
  if (mode === 'constant') {
    return [
      zeroPad(
        b,
        grad,
        widths.begin.map((width) => -width),
        widths.end.map((width) => -width)
      )
    ]
  }
  const shape = b.shapeOf(inputs[0]!)
  let folded = grad
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const [begin, end] = [widths.begin[axis]!, widths.end[axis]!]
    if (begin === 0 && end === 0) continue
    if (begin < 0 || end < 0) return call.refuse(`negative widths with mode ${mode} are not supported`)
    folded = foldAxis(call, folded, axis, { size: shape[axis]!, begin, end, mode })
  }
  return [folded]
}

interface Fold {
  size: number
  begin: number
  end: number
  mode: string
}

function foldAxis(call: RuleCall, grad: string, axis: number, { size, begin, end, mode }: Fold): string {
  const { b } = call
  let sum = slice(b, grad, axis, begin, begin + size)
  // where the copies of each side came from: first pixel of the stretch, and whether it runs backwards
  const place = (start: number, stop: number, origin: number, turned: boolean): void => {
    let strip = slice(b, grad, axis, start, stop)
    let length = stop - start
    if (mode === 'edge') {
      strip = reduceSum(b, strip, [axis], true)
      length = 1
    } else if (turned) strip = slice(b, strip, axis, -1, -(2 ** 31), -1)
    const rank = b.shapeOf(grad).length
    const widths = (width: number): number[] =>
      Array.from({ length: rank }, (_, at) => (at === axis ? width : 0))
    sum = add(b, sum, zeroPad(b, strip, widths(origin), widths(size - origin - length)))
  }
  if (mode === 'reflect' && (begin >= size || end >= size)) call.refuse('it reflects by more than the image')
  if (mode === 'wrap' && (begin > size || end > size)) call.refuse('it wraps by more than the image')
  const origins: Record<string, [number, number]> = {
    reflect: [1, size - 1 - end],
    edge: [0, size - 1],
    wrap: [size - begin, 0]
  }
  const origin = origins[mode]
  if (!origin) return call.refuse(`mode ${mode} is not supported`)
  if (begin > 0) place(0, begin, origin[0], mode === 'reflect')
  if (end > 0) place(begin + size, begin + size + end, origin[1], mode === 'reflect')
  return sum
}
