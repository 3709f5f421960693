import { intAttribute, intsAttribute } from '../onnx/onnx-model'
import { padWidths, sliceRanges, splitSizes } from '../shape/infer-layout'
import { knownNumbers, type OperatorCall } from '../shape/operator-call'
import { positiveAxis, type Element } from '../shape/dims'

type Elements = ArrayLike<Element>

/** Row-major strides of static dims. */
export function stridesOf(dims: readonly number[]): number[] {
  const strides = dims.map(() => 1)
  for (let axis = dims.length - 2; axis >= 0; axis--) strides[axis] = strides[axis + 1]! * dims[axis + 1]!
  return strides
}

/** Calls `visit` with every index of a static shape in row-major order. */
export function forEachIndex(
  dims: readonly number[],
  visit: (index: readonly number[], flat: number) => void
): void {
  const count = dims.reduce((product, dim) => product * dim, 1)
  const index = dims.map(() => 0)
  for (let flat = 0; flat < count; flat++) {
    visit(index, flat)
    for (let axis = dims.length - 1; axis >= 0; axis--) {
      if (++index[axis]! < dims[axis]!) break
      index[axis] = 0
    }
  }
}

function pick(
  source: Elements,
  dims: readonly number[],
  sourceAt: (index: readonly number[]) => number
): Element[] {
  const moved: Element[] = []
  forEachIndex(dims, (index) => moved.push(source[sourceAt(index)]!))
  return moved
}

/** Elements broadcast to a larger static shape. */
export function broadcastElements(
  source: Elements,
  from: readonly number[],
  to: readonly number[]
): Elements {
  if (from.length === to.length && from.every((dim, axis) => dim === to[axis])) return source
  const strides = stridesOf(from).map((stride, axis) => (from[axis] === 1 ? 0 : stride))
  const shift = to.length - from.length
  return pick(source, to, (index) =>
    strides.reduce((sum, stride, axis) => sum + stride * index[axis + shift]!, 0)
  )
}

/**
 * Operators that only move elements, evaluated on known elements.
 * @param call inputs with elements
 * @param output static dims of each output, as inferred
 * @returns elements of each output, or undefined when the operator is not one of these
 */
export function moveElements(
  call: OperatorCall,
  output: readonly (readonly number[])[]
): Elements[] | undefined {
  const source = call.inputs[0]!.elements!
  const from = call.inputs[0]!.shape!
  const to = output[0]!
  const strides = stridesOf(from)
  switch (call.opType) {
    case 'Reshape':
    case 'Flatten':
    case 'Squeeze':
    case 'Unsqueeze':
      return [source]
    case 'Expand':
      return [broadcastElements(source, from, to)]
    case 'Transpose': {
      const order = intsAttribute(call.attributes, 'perm') ?? from.map((_, axis) => from.length - 1 - axis)
      return [
        pick(source, to, (index) => index.reduce((sum, at, axis) => sum + at * strides[order[axis]!]!, 0))
      ]
    }
    case 'Tile':
      return [
        pick(source, to, (index) =>
          index.reduce((sum, at, axis) => sum + (at % from[axis]!) * strides[axis]!, 0)
        )
      ]
    case 'Slice': {
      const ranges = sliceRanges(call)!
      return [
        pick(source, to, (index) =>
          index.reduce(
            (sum, at, axis) => sum + (ranges[axis]!.start + at * ranges[axis]!.step) * strides[axis]!,
            0
          )
        )
      ]
    }
    case 'Gather':
      return gather(call, to)
    case 'Concat':
      return concat(call, to)
    case 'Split': {
      const sizes = splitSizes(call)!
      const axis = positiveAxis(intAttribute(call.attributes, 'axis', 0), from.length)
      return output.map((dims, piece) => {
        const offset = sizes.slice(0, piece).reduce((sum, size) => sum + size, 0) * strides[axis]!
        return pick(source, dims, (index) =>
          index.reduce((sum, at, along) => sum + at * strides[along]!, offset)
        )
      })
    }
    case 'Pad': {
      const pads = padWidths(call)
      if (
        !pads ||
        (call.attributes['mode']?.kind === 'string' && call.attributes['mode'].value !== 'constant')
      )
        return undefined
      const fill = call.inputs[2] ? call.inputs[2].elements![0]! : 0
      const moved: Element[] = []
      forEachIndex(to, (index) => {
        const at = index.map((value, axis) => value - pads.begin[axis]!)
        const inside = at.every((value, axis) => value >= 0 && value < from[axis]!)
        moved.push(inside ? source[at.reduce((sum, value, axis) => sum + value * strides[axis]!, 0)]! : fill)
      })
      return [moved]
    }
    default:
      return undefined
  }
}

function gather(call: OperatorCall, to: readonly number[]): Elements[] | undefined {
  const from = call.inputs[0]!.shape!
  const indices = knownNumbers(call, 1)
  if (!indices) return undefined
  const axis = positiveAxis(intAttribute(call.attributes, 'axis', 0), from.length)
  const strides = stridesOf(from)
  const indexDims = call.inputs[1]!.shape!
  const indexStrides = stridesOf(indexDims)
  const moved = pick(call.inputs[0]!.elements!, to, (index) => {
    const at = indexStrides.reduce((sum, stride, along) => sum + stride * index[axis + along]!, 0)
    const source = [
      ...index.slice(0, axis),
      positiveAxis(indices[at]!, from[axis]!),
      ...index.slice(axis + indexDims.length)
    ]
    return source.reduce((sum, value, along) => sum + value * strides[along]!, 0)
  })
  return [moved]
}

function concat(call: OperatorCall, to: readonly number[]): Elements[] {
  const axis = positiveAxis(intAttribute(call.attributes, 'axis', 0), to.length)
  const owner: { input: number; offset: number }[] = []
  call.inputs.forEach((input, index) => {
    for (let at = 0; at < input!.shape![axis]!; at++) owner.push({ input: index, offset: at })
  })
  const strides = call.inputs.map((input) => stridesOf(input!.shape!))
  const moved: Element[] = []
  forEachIndex(to, (index) => {
    const { input, offset } = owner[index[axis]!]!
    const flat = index.reduce(
      (sum, at, along) => sum + (along === axis ? offset : at) * strides[input]![along]!,
      0
    )
    moved.push(call.inputs[input]!.elements![flat]!)
  })
  return [moved]
}
