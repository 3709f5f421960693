import { add, div, indicator, mul, neg, scale, sub, sumTo } from '../graph/expressions'
import type { GradientRule, RuleCall } from './rule'

/** The gradient for one operand of a broadcasting operator, summed back to the operand's shape. */
function operand(call: RuleCall, index: number, gradient: () => string): string | undefined {
  return call.needs(index) ? sumTo(call.b, gradient(), call.b.shapeOf(call.inputs[index]!)) : undefined
}

/** Add and Sum: every operand gets the gradient. */
export const addRule: GradientRule = (call) =>
  call.inputs.map((_, index) => operand(call, index, () => call.grad))

/** Sub: the second operand gets it with the sign turned. */
export const subRule: GradientRule = (call) => [
  operand(call, 0, () => call.grad),
  operand(call, 1, () => neg(call.b, call.grad))
]

/** Mul: each operand gets the gradient times the other. */
export const mulRule: GradientRule = (call) => [
  operand(call, 0, () => mul(call.b, call.grad, call.inputs[1]!)),
  operand(call, 1, () => mul(call.b, call.grad, call.inputs[0]!))
]

/** y = a / c: da = g / c, dc = −g · y / c. */
export const divRule: GradientRule = (call) => {
  const { b, grad, inputs, outputs } = call
  return [
    operand(call, 0, () => div(b, grad, inputs[1]!)),
    operand(call, 1, () => neg(b, div(b, mul(b, grad, outputs[0]!), inputs[1]!)))
  ]
}

/** y = a^c: da = g · c · a^(c−1), dc = g · y · ln a, the latter zero where a is zero (as in torch). */
export const powRule: GradientRule = (call) => {
  const { b, grad, inputs, outputs } = call
  const [base, exponent] = inputs as [string, string]
  const like = b.op('Cast', [exponent], { to: { kind: 'int', value: b.dataTypeOf(base) } })
  return [
    operand(call, 0, () => mul(b, grad, powerSlope(call, like))),
    operand(call, 1, () => {
      const isZero = b.op('Equal', [base, b.scalar(0, base)])
      const logarithm = b.op('Log', [b.op('Where', [isZero, b.scalar(1, base), base])])
      return mul(b, grad, mul(b, outputs[0]!, logarithm))
    })
  ]
}

function powerSlope(call: RuleCall, exponent: string): string {
  const { b, inputs } = call
  const base = inputs[0]!
  const known = b.factsOf(exponent).uniform
  if (known === 2) return scale(b, base, 2)
  if (known === 1) return b.scalar(1, base)
  if (known === 0) return b.scalar(0, base)
  if (known !== undefined) return scale(b, b.op('Pow', [base, b.scalar(known - 1, base)]), known)
  return mul(b, exponent, b.op('Pow', [base, sub(b, exponent, b.scalar(1, base))]))
}

/** Where(condition, a, c): the gradient goes to the side that was taken. */
export const whereRule: GradientRule = (call) => {
  const { b, grad, inputs } = call
  const zero = b.scalar(0, grad)
  return [
    undefined,
    operand(call, 1, () => b.op('Where', [inputs[0]!, grad, zero])),
    operand(call, 2, () => b.op('Where', [inputs[0]!, zero, grad]))
  ]
}

/**
 * Min and Max of any number of operands. Where several operands are equal the gradient is shared evenly between
 * them, as torch does.
 */
export const extremumRule: GradientRule = (call) => {
  const { b, grad, inputs, outputs } = call
  const hits = inputs.map((name) => indicator(b, b.op('Equal', [name, outputs[0]!]), grad))
  const count = hits.reduce((sum, hit) => add(b, sum, hit))
  const share = inputs.length > 1 ? div(b, grad, count) : grad
  return inputs.map((_, index) => operand(call, index, () => mul(b, share, hits[index]!)))
}

/** Mean of any number of operands. */
export const meanRule: GradientRule = (call) =>
  call.inputs.map((_, index) => operand(call, index, () => scale(call.b, call.grad, 1 / call.inputs.length)))

/** Mod is refused: its gradient is that of its first operand only between the jumps. */
export const modRule: GradientRule = (call) =>
  call.refuse('the remainder has jumps; its gradient would be wrong there')
