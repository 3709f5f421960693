import { intAttribute, intsAttribute, type Attributes } from '../onnx/onnx-model'
import type { ValueFacts } from '../graph/value-facts'
import { isBatchNumber, positiveAxis, type Element } from './dims'

/** One operator call as shape inference and constant folding see it. */
export interface OperatorCall {
  opType: string
  opset: number
  attributes: Attributes
  /** undefined for an absent optional input */
  inputs: readonly (ValueFacts | undefined)[]
  outputCount: number
}

/** Known elements of an input as plain numbers, or undefined. */
export function knownNumbers(call: OperatorCall, index: number): number[] | undefined {
  const elements = call.inputs[index]?.elements
  if (!elements || elements.some(isBatchNumber)) return undefined
  return elements as number[]
}

/** Known elements of an input, batch multiples included, or undefined. */
export function knownElements(call: OperatorCall, index: number): readonly Element[] | undefined {
  return call.inputs[index]?.elements
}

/**
 * Axes that an operator names, as an attribute (older operator sets) or as an input (newer ones), counted from
 * the front and ascending. 'absent' when neither is given; undefined when the input is not known in advance.
 */
export function namedAxes(
  call: OperatorCall,
  inputIndex: number,
  rank: number
): number[] | 'absent' | undefined {
  const attribute = intsAttribute(call.attributes, 'axes')
  const given = attribute ?? (call.inputs[inputIndex] ? knownNumbers(call, inputIndex) : 'absent')
  if (given === undefined || given === 'absent') return given
  return given.map((axis) => positiveAxis(axis, rank)).sort((left, right) => left - right)
}

/** The `axis` attribute counted from the front. */
export function axisAttribute(call: OperatorCall, fallback: number, rank: number): number {
  return positiveAxis(intAttribute(call.attributes, 'axis', fallback), rank)
}
