import { floatAttribute, intAttribute, text, textAttribute } from '../onnx/onnx-model'
import { gemm, mul, reshape, scale, sumTo, transpose, unsqueeze } from '../graph/expressions'
import { sizeOfShape } from '../shape/dims'
import { parseEinsum } from '../shape/infer-linear'
import type { GradientRule, RuleCall } from './rule'

/** Gemm: Y = alpha · A' · B' + beta · C. */
export const gemmRule: GradientRule = (call) => {
  const { b, inputs, attributes, grad } = call
  const [left, right, bias] = inputs as [string, string, string | undefined]
  const alpha = floatAttribute(attributes, 'alpha', 1)
  const beta = floatAttribute(attributes, 'beta', 1)
  const transA = intAttribute(attributes, 'transA', 0) === 1
  const transB = intAttribute(attributes, 'transB', 0) === 1
  const results: (string | undefined)[] = [undefined, undefined, undefined]
  if (call.needs(0)) {
    results[0] = transA
      ? gemm(b, right, grad, { transA: transB, transB: true, alpha })
      : gemm(b, grad, right, { transB: !transB, alpha })
  }
  if (call.needs(1)) {
    results[1] = transB
      ? gemm(b, grad, left, { transA: true, transB: transA, alpha })
      : gemm(b, left, grad, { transA: !transA, alpha })
  }
  if (call.needs(2)) {
    const summed = sumTo(b, grad, b.shapeOf(bias!))
    results[2] = beta === 1 ? summed : scale(b, summed, beta)
  }
  return results
}

/** MatMul with numpy broadcasting of the leading axes; one-dimensional operands as in numpy. */
export const matMulRule: GradientRule = (call) => {
  const { b, inputs } = call
  const [left, right] = inputs as [string, string]
  const leftShape = b.shapeOf(left)
  const rightShape = b.shapeOf(right)
  if (rightShape.length === 2 && leftShape.length >= 2 && !call.needs(1)) return [timesMatrix(call)]
  // a vector joins as a row (left) or a column (right); its axis is missing from the gradient
  let grad = call.grad
  const outputRank = b.shapeOf(grad).length
  const rows = leftShape.length === 1 ? unsqueeze(b, left, [0]) : left
  const columns = rightShape.length === 1 ? unsqueeze(b, right, [1]) : right
  if (rightShape.length === 1) grad = unsqueeze(b, grad, [outputRank])
  if (leftShape.length === 1) grad = unsqueeze(b, grad, [b.shapeOf(grad).length - 1])
  const results: (string | undefined)[] = [undefined, undefined]
  if (call.needs(0)) {
    const product = b.op('MatMul', [grad, swapLast(call, columns)])
    results[0] = reshape(b, sumTo(b, product, b.shapeOf(rows)), leftShape)
  }
  if (call.needs(1)) {
    const product = b.op('MatMul', [swapLast(call, rows), grad])
    results[1] = reshape(b, sumTo(b, product, b.shapeOf(columns)), rightShape)
  }
  return results
}

// a constant matrix is used transposed inside Gemm instead of being stored a second time
function timesMatrix(call: RuleCall): string {
  const { b, inputs, grad } = call
  const shape = b.shapeOf(inputs[0]!)
  const [inner, columns] = b.shapeOf(inputs[1]!) as [number, number]
  const rows = sizeOfShape(shape.slice(0, -1))
  if (shape.length === 2) return gemm(b, grad, inputs[1]!, { transB: true })
  if (rows === undefined) return b.op('MatMul', [grad, swapLast(call, inputs[1]!)])
  const product = gemm(b, reshape(b, grad, [rows, columns]), inputs[1]!, { transB: true })
  return reshape(b, product, [...shape.slice(0, -1), inner])
}

function swapLast(call: RuleCall, value: string): string {
  const rank = call.b.shapeOf(value).length
  const order = Array.from({ length: rank }, (_, axis) => axis)
  return transpose(call.b, value, [...order.slice(0, -2), rank - 1, rank - 2])
}

/** Einsum without ellipsis and without repeated letters in one operand: another Einsum per operand. */
export const einsumRule: GradientRule = (call) => {
  const { b, inputs, attributes, grad } = call
  const terms = parseEinsum(textAttribute(attributes, 'equation', ''), inputs.length)
  if (!terms) return call.refuse('an ellipsis in the equation is not supported; write the axes out')
  return inputs.map((_, index) => {
    if (!call.needs(index)) return undefined
    const own = terms.inputs[index]!
    if (new Set(own).size !== own.length)
      return call.refuse('a repeated letter in one operand is not supported')
    const others = inputs.filter((_, other) => other !== index)
    const otherTerms = terms.inputs.filter((_, other) => other !== index)
    const reachable = [...own].filter(
      (letter) => terms.output.includes(letter) || otherTerms.some((term) => term.includes(letter))
    )
    const equation = `${[terms.output, ...otherTerms].join()}->${reachable.join('')}`
    const product = b.op('Einsum', [grad, ...others], { equation: text(equation) })
    // a letter that only this operand has was summed away: its gradient is the same along that axis
    const shape = b.shapeOf(inputs[index]!)
    const open = shape.map((dim, axis) => (reachable.includes(own[axis]!) ? dim : 1))
    const spread = reshape(b, product, open)
    return reachable.length === own.length
      ? spread
      : mul(b, spread, b.op('Add', [b.op('Mul', [inputs[index]!, b.scalar(0, grad)]), b.scalar(1, grad)]))
  })
}
