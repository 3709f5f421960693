import { intsAttribute } from '../onnx/onnx-model'
import { DataType } from '../onnx/onnx-tensor'
import type { ValueFacts } from '../graph/value-facts'
import type { OperatorCall } from './operator-call'
import { windowGeometry } from './window-geometry'

/** AveragePool, MaxPool (with Indices as second output) and LpPool. */
export function inferPool(call: OperatorCall): ValueFacts[] {
  const { dataType, shape } = call.inputs[0]!
  const kernel = intsAttribute(call.attributes, 'kernel_shape')
  const known = shape && kernel && shape.slice(2).every((dim) => dim >= 0)
  const output = known
    ? [shape[0]!, shape[1]!, ...windowGeometry(call.attributes, shape.slice(2), kernel).output]
    : undefined
  const facts: ValueFacts[] = [{ dataType, shape: output }]
  if (call.outputCount > 1) facts.push({ dataType: DataType.int64, shape: output })
  return facts
}

/** One pixel per channel. */
export function inferGlobalPool(call: OperatorCall): ValueFacts[] {
  const { dataType, shape } = call.inputs[0]!
  return [{ dataType, shape: shape?.map((dim, axis) => (axis < 2 ? dim : 1)) }]
}
