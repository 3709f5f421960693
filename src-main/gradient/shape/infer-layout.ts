import { intAttribute, intsAttribute } from '../onnx/onnx-model'
import { DataType, tensorNumbers } from '../onnx/onnx-tensor'
import type { ValueFacts } from '../graph/value-facts'
import {
  broadcastShapes,
  divideDims,
  elementToDim,
  multiplyDims,
  positiveAxis,
  sizeOfShape,
  type Dim,
  type Shape
} from './dims'
import { knownElements, namedAxes, type OperatorCall } from './operator-call'

function like(call: OperatorCall, shape: Shape | undefined): ValueFacts[] {
  return [{ dataType: call.inputs[0]!.dataType, shape, uniform: call.inputs[0]!.uniform }]
}

/** Target sizes with 0 and −1 worked out; a −1 may become a multiple of the batch. */
export function inferReshape(call: OperatorCall): ValueFacts[] {
  const from = call.inputs[0]!.shape
  const target = knownElements(call, 1)
  if (!from || !target) return like(call, undefined)
  const keepZero = intAttribute(call.attributes, 'allowzero', 0) === 1
  const shape: Dim[] = []
  let open = -1
  for (const [axis, element] of target.entries()) {
    if (element === -1) open = axis
    const dim = element === 0 && !keepZero ? from[axis] : element === -1 ? 1 : elementToDim(element)
    if (dim === undefined) return like(call, undefined)
    shape.push(dim)
  }
  const total = sizeOfShape(from)
  const named = sizeOfShape(shape)
  if (total === undefined || named === undefined) return like(call, undefined)
  if (open >= 0) {
    const rest = divideDims(total, named)
    if (rest === undefined) return like(call, undefined)
    shape[open] = rest
  } else if (total !== named) return like(call, undefined)
  return like(call, shape)
}

/** Two axes, split at `axis`. */
export function inferFlatten(call: OperatorCall): ValueFacts[] {
  const from = call.inputs[0]!.shape
  if (!from) return like(call, undefined)
  const axis = positiveAxis(intAttribute(call.attributes, 'axis', 1), from.length)
  const rows = sizeOfShape(from.slice(0, axis))
  const columns = sizeOfShape(from.slice(axis))
  return like(call, rows === undefined || columns === undefined ? undefined : [rows, columns])
}

/** Without the named axes, or without all of size one. */
export function inferSqueeze(call: OperatorCall): ValueFacts[] {
  const from = call.inputs[0]!.shape
  const axes = from && namedAxes(call, 1, from.length)
  if (!from || !axes) return like(call, undefined)
  return like(
    call,
    from.filter((dim, axis) => (axes === 'absent' ? dim !== 1 : !axes.includes(axis)))
  )
}

/** With new axes of size one. */
export function inferUnsqueeze(call: OperatorCall): ValueFacts[] {
  const from = call.inputs[0]!.shape
  const count = intsAttribute(call.attributes, 'axes')?.length ?? knownElements(call, 1)?.length
  if (!from || count === undefined) return like(call, undefined)
  const rank = from.length + count
  const axes = namedAxes(call, 1, rank)
  if (!axes || axes === 'absent') return like(call, undefined)
  const rest = [...from]
  return like(
    call,
    Array.from({ length: rank }, (_, axis) => (axes.includes(axis) ? 1 : rest.shift()!))
  )
}

/** Axes in the order of `perm`, reversed when absent. */
export function inferTranspose(call: OperatorCall): ValueFacts[] {
  const from = call.inputs[0]!.shape
  const order = intsAttribute(call.attributes, 'perm') ?? from?.map((_, axis) => from.length - 1 - axis)
  return like(call, from && order?.map((axis) => from[axis]!))
}

/** Broadcast of the input and the named shape. */
export function inferExpand(call: OperatorCall): ValueFacts[] {
  const from = call.inputs[0]!.shape
  const target = knownElements(call, 1)?.map(elementToDim)
  if (!from || !target || target.includes(undefined)) return like(call, undefined)
  return like(call, broadcastShapes([from, target as Dim[]]))
}

/** Every axis times its repeats. */
export function inferTile(call: OperatorCall): ValueFacts[] {
  const from = call.inputs[0]!.shape
  const repeats = knownElements(call, 1)?.map(elementToDim)
  const shape = from?.map((dim, axis) =>
    repeats?.[axis] === undefined ? undefined : multiplyDims(dim, repeats[axis]!)
  )
  return like(call, !shape || shape.includes(undefined) ? undefined : (shape as Dim[]))
}

/** Sizes along the axis added up. */
export function inferConcat(call: OperatorCall): ValueFacts[] {
  const shapes = call.inputs.map((input) => input!.shape)
  if (shapes.some((shape) => shape === undefined)) return like(call, undefined)
  const first = shapes[0]!
  const axis = positiveAxis(intAttribute(call.attributes, 'axis', 0), first.length)
  const sizes = shapes.map((shape) => shape![axis]!)
  // a sum of a plain size and a multiple of the batch has no name here
  const mixed = sizes.some((size) => size < 0) && sizes.some((size) => size > 0)
  const total = sizes.reduce((sum, size) => sum + size, 0)
  const shape = mixed ? undefined : first.map((dim, index) => (index === axis ? total : dim))
  return [{ dataType: call.inputs[0]!.dataType, shape }]
}

/** Sizes of the pieces of a Split, or undefined when they are not known in advance. */
export function splitSizes(call: OperatorCall): number[] | undefined {
  const from = call.inputs[0]!.shape
  if (!from) return undefined
  const dim = from[positiveAxis(intAttribute(call.attributes, 'axis', 0), from.length)]!
  const given =
    intsAttribute(call.attributes, 'split') ?? (call.inputs[1] ? knownElements(call, 1) : undefined)
  if (given) return given.map((size) => elementToDim(size)!)
  if (call.inputs[1] || dim < 0) return undefined
  const piece = Math.ceil(dim / call.outputCount)
  return Array.from({ length: call.outputCount }, (_, index) => Math.min(piece, dim - index * piece))
}

/** One shape per piece. */
export function inferSplit(call: OperatorCall): ValueFacts[] {
  const { dataType, shape } = call.inputs[0]!
  const sizes = splitSizes(call)
  const axis = shape && positiveAxis(intAttribute(call.attributes, 'axis', 0), shape.length)
  return Array.from({ length: call.outputCount }, (_, index) => ({
    dataType,
    shape: sizes && shape!.map((dim, at) => (at === axis ? sizes[index]! : dim))
  }))
}

/** Start, step and count along every axis of a Slice, or undefined when they are not known in advance. */
export function sliceRanges(
  call: OperatorCall
): { start: number; step: number; count: number }[] | undefined {
  const from = call.inputs[0]!.shape
  const starts = knownElements(call, 1)
  const ends = knownElements(call, 2)
  if (!from || !starts || !ends) return undefined
  const axes = call.inputs[3] ? knownElements(call, 3) : starts.map((_, index) => index)
  const steps = call.inputs[4] ? knownElements(call, 4) : starts.map(() => 1)
  if (!axes || !steps) return undefined
  const ranges = from.map((dim) => ({ start: 0, step: 1, count: dim }))
  for (const [index, named] of axes.entries()) {
    const axis = positiveAxis(named as number, from.length)
    const dim = from[axis]!
    const [start, end, step] = [starts[index]!, ends[index]!, steps[index]!]
    if (dim < 0) {
      // along the batch only the whole range has a size that can be named
      if (
        start !== 0 ||
        step !== 1 ||
        !(elementToDim(end) === dim || (typeof end === 'number' && end >= 2 ** 31 - 1))
      )
        return undefined
      continue
    }
    if (typeof start !== 'number' || typeof end !== 'number' || typeof step !== 'number') return undefined
    const clamp = (value: number, low: number, high: number): number =>
      Math.min(high, Math.max(low, value < 0 ? value + dim : value))
    const first = step > 0 ? clamp(start, 0, dim) : clamp(start, 0, dim - 1)
    const last = step > 0 ? clamp(end, 0, dim) : clamp(end, -1, dim - 1)
    ranges[axis] = { start: first, step, count: Math.max(0, Math.ceil((last - first) / step)) }
  }
  return ranges
}

/** Counts along every axis. */
export function inferSlice(call: OperatorCall): ValueFacts[] {
  return like(
    call,
    sliceRanges(call)?.map((range) => range.count)
  )
}

/** The indices take the place of the axis. */
export function inferGather(call: OperatorCall): ValueFacts[] {
  const from = call.inputs[0]!.shape
  const indices = call.inputs[1]!.shape
  if (!from || !indices) return like(call, undefined)
  const axis = positiveAxis(intAttribute(call.attributes, 'axis', 0), from.length)
  return like(call, [...from.slice(0, axis), ...indices, ...from.slice(axis + 1)])
}

/** The shape of the indices. */
export function inferGatherElements(call: OperatorCall): ValueFacts[] {
  return [{ dataType: call.inputs[0]!.dataType, shape: call.inputs[1]!.shape }]
}

/** Pads at the beginning and end of every axis, or undefined when they are not known in advance. */
export function padWidths(call: OperatorCall): { begin: number[]; end: number[] } | undefined {
  const from = call.inputs[0]!.shape
  const pads = intsAttribute(call.attributes, 'pads') ?? knownElements(call, 1)
  const axes = call.inputs[3] ? knownElements(call, 3) : from?.map((_, axis) => axis)
  if (!from || !pads || !axes || pads.some((pad) => typeof pad !== 'number')) return undefined
  const begin = from.map(() => 0)
  const end = from.map(() => 0)
  for (const [index, named] of axes.entries()) {
    const axis = positiveAxis(named as number, from.length)
    begin[axis] = pads[index] as number
    end[axis] = pads[index + axes.length] as number
  }
  return { begin, end }
}

/** Sizes grown by the pads. */
export function inferPad(call: OperatorCall): ValueFacts[] {
  const { dataType, shape } = call.inputs[0]!
  const pads = padWidths(call)
  if (!shape || !pads || shape.some((dim, axis) => dim < 0 && pads.begin[axis]! + pads.end[axis]! !== 0)) {
    return [{ dataType, shape: undefined }]
  }
  return [
    { dataType, shape: shape.map((dim, axis) => (dim < 0 ? dim : dim + pads.begin[axis]! + pads.end[axis]!)) }
  ]
}

/** Channels divided by, height and width multiplied by the block. */
export function inferDepthToSpace(call: OperatorCall): ValueFacts[] {
  const from = call.inputs[0]!.shape
  const block = intAttribute(call.attributes, 'blocksize', 1)
  if (!from || from.slice(2).some((dim) => dim < 0)) return like(call, undefined)
  return like(call, [from[0]!, from[1]! / block ** 2, ...from.slice(2).map((dim) => dim * block)])
}

/** Channels multiplied by, height and width divided by the block. */
export function inferSpaceToDepth(call: OperatorCall): ValueFacts[] {
  const from = call.inputs[0]!.shape
  const block = intAttribute(call.attributes, 'blocksize', 1)
  if (!from || from.slice(2).some((dim) => dim < 0)) return like(call, undefined)
  return like(call, [from[0]!, from[1]! * block ** 2, ...from.slice(2).map((dim) => dim / block)])
}

/** The shape given by the first input's elements (ConstantOfShape). */
export function inferConstantOfShape(call: OperatorCall): ValueFacts[] {
  const dims = knownElements(call, 0)?.map(elementToDim)
  const value = call.attributes['value']
  const dataType = value?.kind === 'tensor' ? value.value.dataType : DataType.float
  const uniform = value?.kind === 'tensor' ? tensorNumbers(value.value)[0] : 0
  return [{ dataType, uniform, shape: !dims || dims.includes(undefined) ? undefined : (dims as Dim[]) }]
}

/** A list with one integer per axis asked for. */
export function inferShape(call: OperatorCall): ValueFacts[] {
  const axes = call.inputs[0]!.shape && axesOfShape(call)
  return [{ dataType: DataType.int64, shape: axes && [axes.length] }]
}

/** Sizes that a Shape call gives: those from `start` to `end`, both counted from the back where negative. */
export function axesOfShape(call: OperatorCall): Dim[] | undefined {
  const shape = call.inputs[0]?.shape
  return shape?.slice(
    intAttribute(call.attributes, 'start', 0),
    intAttribute(call.attributes, 'end', shape.length)
  )
}

/** A single integer. */
export function inferScalarInt64(): ValueFacts[] {
  return [{ dataType: DataType.int64, shape: [] }]
}
