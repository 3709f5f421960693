import { DataType } from '../onnx/onnx-tensor'
import type { ValueFacts } from '../graph/value-facts'
import { axisAttribute, type OperatorCall } from './operator-call'

/** LayerNormalization: the optional mean and inverse deviation keep the leading axes. */
export function inferLayerNormalization(call: OperatorCall): ValueFacts[] {
  const { dataType, shape } = call.inputs[0]!
  const first = shape && axisAttribute(call, -1, shape.length)
  const statistics = shape?.map((dim, axis) => (axis < first! ? dim : 1))
  return Array.from({ length: call.outputCount }, (_, index) =>
    index === 0 ? { dataType, shape } : { dataType: DataType.float, shape: statistics }
  )
}
