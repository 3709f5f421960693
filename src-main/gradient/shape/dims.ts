/**
 * Size along one axis. Zero or more is a plain size; a negative number −k stands for k times the batch size,
 * which is not known until the graph runs. So −1 is the batch itself and −64 is 64 · batch.
 */
export type Dim = number
/** Sizes of all axes, outermost first. */
export type Shape = readonly Dim[]

/** The batch itself. */
export const batchDim: Dim = -1

/** An integer that may contain the batch size: `fixed + batch · N`, with batch not zero. */
export interface BatchNumber {
  fixed: number
  batch: number
}

/** An element of a small known tensor: a number, or a number that depends on the batch size. */
export type Element = number | BatchNumber

/** Whether an element depends on the batch size. */
export const isBatchNumber = (element: Element): element is BatchNumber => typeof element !== 'number'

/** Product of two sizes, or undefined when it would be quadratic in the batch. */
export function multiplyDims(left: Dim, right: Dim): Dim | undefined {
  if (left < 0 && right < 0) return undefined
  return left === 0 || right === 0 ? 0 : left * right
}

/** Exact quotient of two sizes, or undefined when there is none. */
export function divideDims(total: Dim, part: Dim): Dim | undefined {
  if (part === 0 || (part < 0 && total > 0)) return undefined
  const quotient = total / part
  return Number.isInteger(quotient) ? quotient : undefined
}

/** Number of elements of a shape as a size, or undefined when it would be quadratic in the batch. */
export function sizeOfShape(shape: Shape): Dim | undefined {
  let size: Dim | undefined = 1
  for (const dim of shape) {
    size = multiplyDims(size, dim)
    if (size === undefined) return undefined
  }
  return size
}

/** Whether no axis depends on the batch size. */
export const isStatic = (shape: Shape): boolean => shape.every((dim) => dim >= 0)

/** Whether two shapes are equal, batch multiples included. */
export const sameShape = (left: Shape, right: Shape): boolean =>
  left.length === right.length && left.every((dim, axis) => dim === right[axis])

/** Shape of an elementwise result under ONNX (numpy) broadcasting, or undefined when the shapes do not fit. */
export function broadcastShapes(shapes: readonly Shape[]): Shape | undefined {
  const rank = Math.max(0, ...shapes.map((shape) => shape.length))
  const result: Dim[] = []
  for (let axis = 0; axis < rank; axis++) {
    let dim: Dim = 1
    for (const shape of shapes) {
      const own = shape[axis - rank + shape.length] ?? 1
      if (own === 1 || own === dim) continue
      if (dim !== 1) return undefined
      dim = own
    }
    result.push(dim)
  }
  return result
}

/** A size as an element of a shape tensor. */
export const dimToElement = (dim: Dim): Element => (dim < 0 ? { fixed: 0, batch: -dim } : dim)

/** The size that an element names, or undefined when it is no size (negative, fractional or mixed). */
export function elementToDim(element: Element): Dim | undefined {
  if (!isBatchNumber(element)) return element >= 0 && Number.isInteger(element) ? element : undefined
  return element.fixed === 0 && element.batch > 0 ? -element.batch : undefined
}

/** Axis counted from the front. */
export const positiveAxis = (axis: number, rank: number): number => (axis < 0 ? axis + rank : axis)

/** A size as an ONNX file states it: a number, or a name for what depends on the batch. */
export const dimToText = (dim: Dim): number | string =>
  dim >= 0 ? dim : dim === -1 ? 'batch' : `${-dim}*batch`
