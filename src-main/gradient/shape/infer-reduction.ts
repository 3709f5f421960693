import { intAttribute } from '../onnx/onnx-model'
import { DataType } from '../onnx/onnx-tensor'
import type { ValueFacts } from '../graph/value-facts'
import { axisAttribute, namedAxes, type OperatorCall } from './operator-call'

/** Reduced axes become one, or go without keepdims. */
export function inferReduction(call: OperatorCall): ValueFacts[] {
  const { dataType, shape } = call.inputs[0]!
  const axes = shape && reducedAxes(call, shape.length)
  if (!shape || !axes) return [{ dataType, shape: undefined }]
  const keep = intAttribute(call.attributes, 'keepdims', 1) === 1
  const kept = shape.map((dim, axis) => (axes.includes(axis) ? 1 : dim))
  return [{ dataType, shape: keep ? kept : kept.filter((_, axis) => !axes.includes(axis)) }]
}

/** Axes that a Reduce* call sums over; all of them when none is named. Undefined when not known in advance. */
export function reducedAxes(call: OperatorCall, rank: number): number[] | undefined {
  const named = namedAxes(call, 1, rank)
  if (named !== 'absent' && !(named && named.length === 0)) return named
  const untouched = intAttribute(call.attributes, 'noop_with_empty_axes', 0) === 1
  return untouched ? [] : Array.from({ length: rank }, (_, axis) => axis)
}

/** As a reduction over one axis, in 64-bit integers. */
export function inferArgReduction(call: OperatorCall): ValueFacts[] {
  const shape = call.inputs[0]!.shape
  if (!shape) return [{ dataType: DataType.int64, shape: undefined }]
  const reduced = axisAttribute(call, 0, shape.length)
  const keep = intAttribute(call.attributes, 'keepdims', 1) === 1
  const kept = shape.map((dim, axis) => (axis === reduced ? 1 : dim))
  return [{ dataType: DataType.int64, shape: keep ? kept : kept.filter((_, axis) => axis !== reduced) }]
}
