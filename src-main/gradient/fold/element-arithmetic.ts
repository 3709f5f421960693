import { isBatchNumber, type BatchNumber, type Element } from '../shape/dims'

const parts = (element: Element): BatchNumber =>
  isBatchNumber(element) ? element : { fixed: element, batch: 0 }

const whole = (fixed: number, batch: number): Element => (batch === 0 ? fixed : { fixed, batch })

type Binary = (left: Element, right: Element) => Element | undefined

/** Applies a plain function when neither side depends on the batch; otherwise the answer is not known. */
const plain =
  (compute: (left: number, right: number) => number): Binary =>
  (left, right) =>
    isBatchNumber(left) || isBatchNumber(right) ? undefined : compute(left, right)

const add: Binary = (left, right) =>
  whole(parts(left).fixed + parts(right).fixed, parts(left).batch + parts(right).batch)
const subtract: Binary = (left, right) =>
  whole(parts(left).fixed - parts(right).fixed, parts(left).batch - parts(right).batch)

const multiply: Binary = (left, right) => {
  if (isBatchNumber(left) && isBatchNumber(right)) return undefined
  const [many, once] = isBatchNumber(left) ? [left, right as number] : [parts(right), left as number]
  return whole(many.fixed * once, many.batch * once)
}

function divide(integers: boolean): Binary {
  return (left, right) => {
    if (isBatchNumber(right)) {
      const top = parts(left)
      const exact = top.batch / right.batch
      return top.fixed * right.batch === right.fixed * top.batch && Number.isInteger(exact)
        ? exact
        : undefined
    }
    if (!isBatchNumber(left)) return integers ? Math.trunc(left / right) : left / right
    const [fixed, batch] = [left.fixed / right, left.batch / right]
    return !integers || (Number.isInteger(fixed) && Number.isInteger(batch)) ? whole(fixed, batch) : undefined
  }
}

/** The batch is at least one, so `fixed + batch · N` has a sign wherever both parts agree with it. */
const signOf = (element: Element): number | undefined => {
  if (!isBatchNumber(element)) return Math.sign(element)
  if (element.batch > 0 && element.fixed + element.batch > 0) return 1
  if (element.batch < 0 && element.fixed + element.batch < 0) return -1
  return undefined
}

const compare =
  (test: (sign: number) => boolean): Binary =>
  (left, right) => {
    const difference = subtract(left, right)
    const sign = difference === undefined ? undefined : signOf(difference)
    return sign === undefined ? undefined : test(sign) ? 1 : 0
  }

const choose =
  (wanted: number): Binary =>
  (left, right) => {
    const difference = subtract(left, right)
    const sign = difference === undefined ? undefined : signOf(difference)
    return sign === undefined ? undefined : sign === wanted ? left : right
  }

/** Two-operand operators on single elements; undefined means that the result depends on the batch size. */
export const binaryElement = (opType: string, integers: boolean): Binary | undefined => {
  switch (opType) {
    case 'Add':
    case 'Sum':
      return add
    case 'Sub':
      return subtract
    case 'Mul':
      return multiply
    case 'Div':
      return divide(integers)
    case 'Pow':
      return plain((left, right) => left ** right)
    case 'Mod':
      return plain((left, right) => (integers ? ((left % right) + right) % right : left % right))
    case 'Min':
      return choose(-1)
    case 'Max':
      return choose(1)
    case 'Equal':
      return compare((sign) => sign === 0)
    case 'Greater':
      return compare((sign) => sign > 0)
    case 'GreaterOrEqual':
      return compare((sign) => sign >= 0)
    case 'Less':
      return compare((sign) => sign < 0)
    case 'LessOrEqual':
      return compare((sign) => sign <= 0)
    case 'And':
      return plain((left, right) => (left && right ? 1 : 0))
    case 'Or':
      return plain((left, right) => (left || right ? 1 : 0))
    case 'Xor':
      return plain((left, right) => (Boolean(left) !== Boolean(right) ? 1 : 0))
    default:
      return undefined
  }
}

const unaryNumbers: Record<string, (value: number) => number> = {
  Abs: Math.abs,
  Ceil: Math.ceil,
  Cos: Math.cos,
  Exp: Math.exp,
  Floor: Math.floor,
  Log: Math.log,
  Not: (value) => (value ? 0 : 1),
  Reciprocal: (value) => 1 / value,
  Relu: (value) => Math.max(0, value),
  Sigmoid: (value) => 1 / (1 + Math.exp(-value)),
  Sign: Math.sign,
  Sin: Math.sin,
  Softplus: (value) => Math.max(value, 0) + Math.log1p(Math.exp(-Math.abs(value))),
  Sqrt: Math.sqrt,
  Tanh: Math.tanh
}

/** One-operand operators on single elements; undefined means not foldable. */
export function unaryElement(opType: string): ((value: Element) => Element | undefined) | undefined {
  if (opType === 'Identity') return (value) => value
  if (opType === 'Neg') return (value) => multiply(value, -1)
  const compute = unaryNumbers[opType]
  if (!compute) return undefined
  const keepsWhole = opType === 'Floor' || opType === 'Ceil'
  return (value) => {
    if (!isBatchNumber(value)) return compute(value)
    return keepsWhole && Number.isInteger(value.fixed) && Number.isInteger(value.batch) ? value : undefined
  }
}
