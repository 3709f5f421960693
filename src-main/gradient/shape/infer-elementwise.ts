import { DataType } from '../onnx/onnx-tensor'
import { intAttribute } from '../onnx/onnx-model'
import type { ValueFacts } from '../graph/value-facts'
import { broadcastShapes, type Shape } from './dims'
import type { OperatorCall } from './operator-call'

/** Same type and shape as the first input. */
export function inferLikeFirst(call: OperatorCall): ValueFacts[] {
  const first = call.inputs[0]!
  return Array.from({ length: call.outputCount }, (_, index) =>
    index === 0
      ? { dataType: first.dataType, shape: first.shape }
      : { dataType: DataType.bool, shape: first.shape }
  )
}

/** The shape passes, the type is that named by `to`. */
export function inferCast(call: OperatorCall): ValueFacts[] {
  return [{ dataType: intAttribute(call.attributes, 'to', DataType.float), shape: call.inputs[0]!.shape }]
}

/** Broadcast of all inputs. Where puts its condition first, Pow may take its exponent in another type. */
export function inferBroadcast(call: OperatorCall): ValueFacts[] {
  const { dataType } = call.inputs[call.opType === 'Where' ? 1 : 0]!
  return [{ dataType, shape: broadcastOf(call), uniform: uniformOf(call) }]
}

/** Broadcast of all inputs to truth values. */
export function inferComparison(call: OperatorCall): ValueFacts[] {
  return [{ dataType: DataType.bool, shape: broadcastOf(call) }]
}

function broadcastOf(call: OperatorCall): Shape | undefined {
  const shapes = call.inputs.map((input) => input!.shape)
  if (shapes.some((shape) => shape === undefined)) return undefined
  return broadcastShapes(shapes as Shape[])
}

// zero times anything stays zero: how the noise of a sampling graph disappears
function uniformOf(call: OperatorCall): number | undefined {
  const values = call.inputs.map((input) => input!.uniform)
  if (call.opType === 'Mul' && values.includes(0)) return 0
  if (call.opType === 'Add' && values.every((value) => value === 0)) return 0
  return undefined
}
