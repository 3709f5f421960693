import type { GraphBuilder } from '../graph/graph-builder'
import { reshape } from '../graph/expressions'
import { int, intAttribute, type Attributes } from '../onnx/onnx-model'
import { kernelExtent, transposedGeometry, windowGeometry } from '../shape/window-geometry'

const all = (values: readonly number[], wanted: number): boolean => values.every((value) => value === wanted)

/**
 * Writes a Conv whose kernel covers its whole input, or a ConvTranspose whose input is a single pixel, as one
 * matrix product: the runtime's sgemm is about twice as fast there, and the backward pass uses the same matrix
 * transposed, so that the weights are stored once.
 *
 * @returns name of the result in the shape of the original operator, or undefined when the form does not apply
 */
export function convolutionAsGemm(
  b: GraphBuilder,
  opType: string,
  inputs: readonly string[],
  attributes: Attributes
): string | undefined {
  const [image, weight, bias] = inputs as [string, string, string | undefined]
  const imageShape = b.factsOf(image).shape
  const tensor = b.constants.get(weight)
  if (
    !imageShape ||
    !tensor ||
    imageShape.slice(2).some((size) => size < 0) ||
    intAttribute(attributes, 'group', 1) !== 1
  )
    return undefined
  const sizes = [...imageShape.slice(2)]
  const kernel = tensor.dims.slice(2)
  const isTransposed = opType === 'ConvTranspose'
  const fits = isTransposed
    ? isSinglePixel(attributes, sizes, kernel)
    : coversInput(attributes, sizes, kernel)
  if (!fits) return undefined
  const taps = kernel.reduce((product, size) => product * size, 1)
  const [rows, columns] = tensor.dims as [number, number]
  const matrix = matrixView(b, weight, isTransposed ? [rows, columns * taps] : [rows, columns * taps])
  const flat = reshape(b, image, [imageShape[0]!, isTransposed ? rows : columns * taps])
  const offset = bias && (isTransposed ? repeated(b, bias, taps) : bias)
  if (bias && !offset) return undefined
  const product = b.op(
    'Gemm',
    offset ? [flat, matrix, offset] : [flat, matrix],
    isTransposed ? {} : { transB: int(1) }
  )
  return reshape(
    b,
    product,
    isTransposed ? [imageShape[0]!, columns, ...kernel] : [imageShape[0]!, rows, ...kernel.map(() => 1)]
  )
}

function coversInput(attributes: Attributes, sizes: number[], kernel: number[]): boolean {
  const { padsBegin, padsEnd, output, dilations } = windowGeometry(attributes, sizes, kernel)
  const whole = sizes.every(
    (size, axis) => size === kernelExtent(kernel[axis]!, dilations[axis]!) && size === kernel[axis]
  )
  return whole && all([...padsBegin, ...padsEnd], 0) && all(output, 1)
}

function isSinglePixel(attributes: Attributes, sizes: number[], kernel: number[]): boolean {
  const { padsBegin, padsEnd, outputPadding, output } = transposedGeometry(attributes, sizes, kernel)
  const plain = all([...padsBegin, ...padsEnd, ...outputPadding], 0)
  return all(sizes, 1) && plain && output.every((size, axis) => size === kernel[axis])
}

// the same bytes under a second name and shape; what the graph no longer uses is not written
function matrixView(b: GraphBuilder, weight: string, dims: number[]): string {
  const name = `${weight}.matrix`
  return b.constants.has(name) ? name : b.addTensor({ ...b.constants.get(weight)!, dims }, name)
}

function repeated(b: GraphBuilder, bias: string, taps: number): string | undefined {
  const numbers = b.numbersOf(bias)
  if (!numbers) return undefined
  const spread = Float64Array.from(
    { length: numbers.length * taps },
    (_, index) => numbers[Math.floor(index / taps)]!
  )
  return b.constant(b.dataTypeOf(bias), [spread.length], spread)
}
