import { DataType, elementCount, isFloatType, tensorNumbers } from '../onnx/onnx-tensor'
import type { ValueFacts } from '../graph/value-facts'
import { dimToElement, isBatchNumber, isStatic, sizeOfShape, type Element } from '../shape/dims'
import { knownNumbers, type OperatorCall } from '../shape/operator-call'
import { axesOfShape } from '../shape/infer-layout'
import { reducedAxes } from '../shape/infer-reduction'
import { binaryElement, unaryElement } from './element-arithmetic'
import { broadcastElements, forEachIndex, moveElements, stridesOf } from './move-elements'

/** Above this many elements a call stays in the graph; the runtime folds it when the session is made. */
const largestFolded = 1 << 22

/**
 * Evaluates a call whose inputs are known, batch multiples included, so that shape arithmetic and constant
 * subgraphs disappear before differentiation.
 *
 * @param call with `elements` on its inputs
 * @param outputs inferred facts of its outputs
 * @returns elements of every output, or undefined when the call must stay in the graph
 */
export function foldCall(
  call: OperatorCall,
  outputs: readonly ValueFacts[]
): (readonly Element[])[] | undefined {
  if (call.opType === 'Shape') return shapeElements(call)
  if (call.opType === 'Size') return sizeElements(call)
  if (call.inputs.some((input) => input && !input.elements)) return undefined
  if (call.opType === 'Range') return rangeElements(call)
  if (outputs.some((output) => !output.shape || !isStatic(output.shape))) return undefined
  const dims = outputs.map((output) => output.shape as number[])
  if (dims.some((shape) => elementCount(shape) > largestFolded)) return undefined
  if (call.opType === 'ConstantOfShape')
    return [Array.from({ length: elementCount(dims[0]!) }, () => fillValue(call))]
  if (call.opType === 'Cast') return castElements(call, outputs[0]!.dataType)
  if (!call.inputs[0]) return undefined
  return (moveElements(call, dims) ?? elementwise(call, dims[0]!) ?? reduce(call, dims[0]!))?.map(
    (elements) => Array.from(elements)
  )
}

function shapeElements(call: OperatorCall): Element[][] | undefined {
  const axes = axesOfShape(call)
  return axes && [axes.map(dimToElement)]
}

function sizeElements(call: OperatorCall): Element[][] | undefined {
  const size = call.inputs[0]?.shape && sizeOfShape(call.inputs[0].shape)
  return size === undefined ? undefined : [[dimToElement(size)]]
}

function rangeElements(call: OperatorCall): Element[][] | undefined {
  const [start, limit, step] = [0, 1, 2].map((index) => knownNumbers(call, index)?.[0])
  if (start === undefined || limit === undefined || !step) return undefined
  const count = Math.max(0, Math.ceil((limit - start) / step))
  return count > largestFolded
    ? undefined
    : [Array.from({ length: count }, (_, index) => start + index * step)]
}

/** The number that ConstantOfShape fills with. */
export function fillValue(call: OperatorCall): number {
  const value = call.attributes['value']
  return value?.kind === 'tensor' ? tensorNumbers(value.value)[0]! : 0
}

function castElements(call: OperatorCall, dataType: number): Element[][] | undefined {
  const source = call.inputs[0]!.elements!
  if (isFloatType(dataType)) return [[...source]]
  if (dataType === DataType.bool) {
    return source.some(isBatchNumber) ? undefined : [source.map((element) => (element ? 1 : 0))]
  }
  return [source.map((element) => (isBatchNumber(element) ? element : Math.trunc(element)))]
}

function elementwise(call: OperatorCall, dims: readonly number[]): Element[][] | undefined {
  const operands = call.inputs.map((input) => broadcastElements(input!.elements!, input!.shape!, dims))
  const results: Element[] = []
  const count = elementCount(dims)
  const unary = operands.length === 1 ? unaryElement(call.opType) : undefined
  const binary = binaryElement(call.opType, !isFloatType(call.inputs[0]!.dataType))
  for (let at = 0; at < count; at++) {
    let result: Element | undefined
    if (unary) result = unary(operands[0]![at]!)
    else if (call.opType === 'Where') {
      const condition = operands[0]![at]!
      result = isBatchNumber(condition) ? undefined : condition ? operands[1]![at] : operands[2]![at]
    } else if (binary) {
      result = operands[0]![at]
      for (const operand of operands.slice(1))
        result = result === undefined ? undefined : binary(result, operand[at]!)
    }
    if (result === undefined) return undefined
    results.push(result)
  }
  return [results]
}

const reducers: Record<
  string,
  {
    combine: (sum: number, value: number) => number
    start: number
    finish?: (sum: number, count: number) => number
  }
> = {
  ReduceSum: { combine: (sum, value) => sum + value, start: 0 },
  ReduceMean: { combine: (sum, value) => sum + value, start: 0, finish: (sum, count) => sum / count },
  ReduceProd: { combine: (sum, value) => sum * value, start: 1 },
  ReduceMax: { combine: Math.max, start: -Infinity },
  ReduceMin: { combine: Math.min, start: Infinity },
  ReduceSumSquare: { combine: (sum, value) => sum + value * value, start: 0 },
  ReduceL2: { combine: (sum, value) => sum + value * value, start: 0, finish: Math.sqrt }
}

function reduce(call: OperatorCall, dims: readonly number[]): Element[][] | undefined {
  const reducer = reducers[call.opType]
  const from = call.inputs[0]!.shape!
  const axes = reducer && reducedAxes(call, from.length)
  if (!axes) return undefined
  if (call.opType === 'ReduceProd' && axes.length === from.length) return productOf(call.inputs[0]!.elements!)
  const source = knownNumbers(call, 0)
  if (!source) return undefined
  const strides = stridesOf(from.map((dim, axis) => (axes.includes(axis) ? 1 : dim)))
  const sums = new Array<number>(elementCount(dims)).fill(reducer.start)
  forEachIndex(from as number[], (index, flat) => {
    const at = index.reduce((sum, value, axis) => sum + (axes.includes(axis) ? 0 : value * strides[axis]!), 0)
    sums[at] = reducer.combine(sums[at]!, source[flat]!)
  })
  const count = axes.reduce((product, axis) => product * from[axis]!, 1)
  return [reducer.finish ? sums.map((sum) => reducer.finish!(sum, count)) : sums]
}

function productOf(elements: readonly Element[]): Element[][] | undefined {
  const multiply = binaryElement('Mul', true)!
  let product: Element | undefined = 1
  for (const element of elements) product = product === undefined ? undefined : multiply(product, element)
  return product === undefined ? undefined : [[product]]
}

/** True when every element is a plain number, so that the value can be stored as a constant. */
export function allPlain(elements: readonly Element[]): elements is readonly number[] {
  return !elements.some(isBatchNumber)
}
