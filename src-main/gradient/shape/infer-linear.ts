import { intAttribute, textAttribute } from '../onnx/onnx-model'
import type { ValueFacts } from '../graph/value-facts'
import { broadcastShapes, type Dim, type Shape } from './dims'
import type { OperatorCall } from './operator-call'
import { transposedGeometry, windowGeometry } from './window-geometry'

function typed(call: OperatorCall, shape: Shape | undefined): ValueFacts[] {
  return [{ dataType: call.inputs[0]!.dataType, shape }]
}

/** Rows of A by columns of B, undefined when the inner sizes differ. */
export function inferGemm(call: OperatorCall): ValueFacts[] {
  const left = call.inputs[0]!.shape
  const right = call.inputs[1]!.shape
  if (left?.length !== 2 || right?.length !== 2) return typed(call, undefined)
  const [rows, inner] = intAttribute(call.attributes, 'transA', 0)
    ? [left[1]!, left[0]!]
    : [left[0]!, left[1]!]
  const [innerRight, columns] = intAttribute(call.attributes, 'transB', 0)
    ? [right[1]!, right[0]!]
    : [right[0]!, right[1]!]
  return typed(call, inner === innerRight ? [rows, columns] : undefined)
}

/** Numpy matmul, undefined when the inner sizes differ. */
export function inferMatMul(call: OperatorCall): ValueFacts[] {
  const left = call.inputs[0]!.shape
  const right = call.inputs[1]!.shape
  if (!left?.length || !right?.length) return typed(call, undefined)
  const rows = left.length > 1 ? [left[left.length - 2]!] : []
  const columns = right.length > 1 ? [right[right.length - 1]!] : []
  const inner = left[left.length - 1]!
  const innerRight = right.length > 1 ? right[right.length - 2]! : right[0]!
  const batch = broadcastShapes([left.slice(0, -2), right.slice(0, -2)])
  return typed(call, batch && inner === innerRight ? [...batch, ...rows, ...columns] : undefined)
}

/** Channels and window positions of a convolution. */
export function inferConv(call: OperatorCall): ValueFacts[] {
  const image = call.inputs[0]!.shape
  const weight = call.inputs[1]!.shape
  if (!image || !weight || image.slice(2).some((dim) => dim < 0)) return typed(call, undefined)
  if (image[1] !== weight[1]! * intAttribute(call.attributes, 'group', 1)) return typed(call, undefined)
  const { output } = windowGeometry(call.attributes, image.slice(2), weight.slice(2))
  return typed(call, [image[0]!, weight[0]!, ...output])
}

/** Channels and size of a transposed convolution. */
export function inferConvTranspose(call: OperatorCall): ValueFacts[] {
  const image = call.inputs[0]!.shape
  const weight = call.inputs[1]!.shape
  if (!image || !weight || image.slice(2).some((dim) => dim < 0) || image[1] !== weight[0])
    return typed(call, undefined)
  const { output } = transposedGeometry(call.attributes, image.slice(2), weight.slice(2))
  return typed(call, [image[0]!, weight[1]! * intAttribute(call.attributes, 'group', 1), ...output])
}

/** Einsum with one letter per axis; an ellipsis is not inferred. */
export function inferEinsum(call: OperatorCall): ValueFacts[] {
  const terms = parseEinsum(textAttribute(call.attributes, 'equation', ''), call.inputs.length)
  if (!terms) return typed(call, undefined)
  const sizes = new Map<string, Dim>()
  for (const [index, term] of terms.inputs.entries()) {
    const shape = call.inputs[index]!.shape
    if (shape?.length !== term.length) return typed(call, undefined)
    for (const [axis, letter] of [...term].entries()) {
      if ((sizes.get(letter) ?? 1) === 1) sizes.set(letter, shape[axis]!)
    }
  }
  return typed(
    call,
    [...terms.output].map((letter) => sizes.get(letter) ?? 1)
  )
}

/** Splits an Einsum equation into its letters; undefined for an ellipsis or a wrong number of terms. */
export function parseEinsum(
  equation: string,
  inputCount: number
): { inputs: string[]; output: string } | undefined {
  const [left = '', right] = equation.replace(/\s/g, '').split('->')
  const inputs = left.split(',')
  if (left.includes('.') || inputs.length !== inputCount) return undefined
  const letters = [...inputs.join('')].sort()
  const once = letters.filter(
    (letter, index) => letters[index - 1] !== letter && letters[index + 1] !== letter
  )
  return { inputs, output: right ?? once.join('') }
}
