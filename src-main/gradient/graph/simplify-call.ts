import { intsAttribute } from '../onnx/onnx-model'
import { padWidths } from '../shape/infer-layout'
import { isStatic, sameShape, type Dim } from '../shape/dims'
import type { OperatorCall } from '../shape/operator-call'
import type { GraphBuilder } from './graph-builder'
import type { ValueFacts } from './value-facts'

const shapeOnly = new Set([
  'Reshape',
  'Flatten',
  'Squeeze',
  'Unsqueeze',
  'Expand',
  'Slice',
  'Tile',
  'ReduceSum',
  'ReduceMean'
])

/**
 * The value that a call is equal to without being made, if there is one: `x + 0`, `1 · x`, a Reshape to the
 * same shape, a Cast to the same type. A Reshape to a known shape gets that shape as a constant.
 *
 * @returns name of a value, or undefined when the call must be made
 */
export function simplifyCall(
  builder: GraphBuilder,
  call: OperatorCall,
  inputs: readonly string[],
  output: ValueFacts
): string | undefined {
  const [first, second] = call.inputs
  const unchanged = (facts: ValueFacts | undefined): boolean =>
    facts?.shape !== undefined && output.shape !== undefined && sameShape(facts.shape, output.shape)
  switch (call.opType) {
    case 'Identity':
      return inputs[0]
    case 'Cast':
      return first!.dataType === output.dataType ? inputs[0] : undefined
    case 'Concat':
      return inputs.length === 1 ? inputs[0] : undefined
    case 'Transpose': {
      const order = intsAttribute(call.attributes, 'perm')
      return order?.every((axis, index) => axis === index) ? inputs[0] : undefined
    }
    case 'Pad': {
      const pads = padWidths(call)
      return pads && [...pads.begin, ...pads.end].every((width) => width === 0) ? inputs[0] : undefined
    }
    case 'Add':
      if (second!.uniform === 0 && unchanged(first)) return inputs[0]
      return first!.uniform === 0 && unchanged(second) ? inputs[1] : undefined
    case 'Sub':
      return second!.uniform === 0 && unchanged(first) ? inputs[0] : undefined
    case 'Mul':
      if (second!.uniform === 1 && unchanged(first)) return inputs[0]
      return first!.uniform === 1 && unchanged(second) ? inputs[1] : undefined
    case 'Div':
      return second!.uniform === 1 && unchanged(first) ? inputs[0] : undefined
    default:
  }
  if (shapeOnly.has(call.opType) && unchanged(first) && !isReversal(call)) return inputs[0]
  if (call.opType === 'Reshape' && output.shape) return plainReshape(builder, inputs, output.shape)
  return undefined
}

// a Slice that runs backwards keeps the shape and changes the order
function isReversal(call: OperatorCall): boolean {
  return (
    call.opType === 'Slice' &&
    !(call.inputs[4] === undefined || call.inputs[4].elements?.every((step) => step === 1))
  )
}

function plainReshape(
  builder: GraphBuilder,
  inputs: readonly string[],
  shape: readonly Dim[]
): string | undefined {
  const open = shape.filter((dim) => dim < 0).length
  if (open > 1 || (!isStatic(shape) && shape.includes(0))) return undefined
  const target = builder.integers(shape.map((dim) => (dim < 0 ? -1 : dim)))
  return target === inputs[1] ? undefined : builder.op('Reshape', [inputs[0]!, target])
}
