import type { Element, Shape } from '../shape/dims'

/** What is known about a value before the graph runs. */
export interface ValueFacts {
  /** ONNX element type */
  dataType: number
  /** sizes with the batch symbolic; undefined when not known */
  shape: Shape | undefined
  /** row-major elements where they are known (shape arithmetic and small constants) */
  elements?: readonly Element[] | undefined
  /** every element has this value */
  uniform?: number | undefined
}
