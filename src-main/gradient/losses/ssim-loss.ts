import { NidusError } from '../../contract/errors'
import type { GraphBuilder } from '../graph/graph-builder'
import { add, div, mul, reshape, scale, shift, square, sub, transpose } from '../graph/expressions'
import { sumPerSample, type LossTerms, type PixelLayout } from './loss-terms'

const radius = 5
const sigma = 1.5

/**
 * Σ over pixels and channels of 1 − SSIM (Wang et al. 2004): Gaussian window of 11 x 11 with sigma 1.5,
 * population statistics, C1 = (0.01 R)², C2 = (0.03 R)² for a data range R; at the border the image is continued
 * by reflection about the pixel edge (d c b a | a b c d), as scikit-image does with `gaussian_weights=True,
 * use_sample_covariance=False`. Channels are taken one by one.
 */
export function ssimLoss(
  b: GraphBuilder,
  image: string,
  reconstruction: string,
  pixels: PixelLayout
): LossTerms {
  const { toPlanes, fromPlanes, height, width } = planes(b, image, pixels)
  const x = (): string => toPlanes(image)
  const y = (): string => toPlanes(reconstruction)
  const rows = windowMatrix(height)
  const columns = windowMatrix(width)
  const dataType = b.dataTypeOf(image)
  const matrix = (numbers: Float64Array, size: number, transposed: boolean): string =>
    b.constant(dataType, [size, size], transposed ? turned(numbers, size) : numbers)
  // the window is separable and linear: one matrix per axis, transposed for its adjoint
  const blur = (value: string, adjoint = false): string =>
    b.op('MatMul', [matrix(rows, height, adjoint), b.op('MatMul', [value, matrix(columns, width, !adjoint)])])
  const c1 = (0.01 * pixels.dataRange) ** 2
  const c2 = (0.03 * pixels.dataRange) ** 2
  const parts = (): Record<'mx' | 'my' | 'a1' | 'a2' | 'b1' | 'b2' | 'bottom' | 'map', string> => {
    const mx = blur(x())
    const my = blur(y())
    const covariance = sub(b, blur(mul(b, x(), y())), mul(b, mx, my))
    const energy = add(b, square(b, mx), square(b, my))
    const spread = sub(b, add(b, blur(square(b, x())), blur(square(b, y()))), energy)
    const a1 = shift(b, scale(b, mul(b, mx, my), 2), c1)
    const a2 = shift(b, scale(b, covariance, 2), c2)
    const b1 = shift(b, energy, c1)
    const b2 = shift(b, spread, c2)
    const bottom = mul(b, b1, b2)
    return { mx, my, a1, a2, b1, b2, bottom, map: div(b, mul(b, a1, a2), bottom) }
  }
  // derivative of Σ −SSIM with respect to `own`, by way of its mean, its square's mean and the mixed mean
  const slope = (own: string, ownMean: string, other: string, otherMean: string): string => {
    const p = parts()
    const viaMixed = scale(b, div(b, p.a1, p.bottom), 2)
    const viaSquare = div(b, p.map, p.b2)
    const viaMean = add(
      b,
      div(b, mul(b, scale(b, otherMean, 2), sub(b, p.a2, p.a1)), p.bottom),
      mul(
        b,
        mul(b, scale(b, ownMean, 2), p.map),
        sub(b, div(b, b.scalar(1, own), p.b2), div(b, b.scalar(1, own), p.b1))
      )
    )
    const rise = add(
      b,
      blur(viaMean, true),
      sub(b, mul(b, blur(viaMixed, true), other), mul(b, scale(b, blur(viaSquare, true), 2), own))
    )
    return fromPlanes(b.op('Neg', [rise]))
  }
  return {
    perSample: () => sumPerSample(b, sub(b, b.scalar(1, image), parts().map)),
    seeds: () => {
      const { mx, my } = parts()
      return new Map([
        [reconstruction, slope(y(), my, x(), mx)],
        [image, slope(x(), mx, y(), my)]
      ])
    }
  }
}

interface Planes {
  toPlanes(value: string): string
  fromPlanes(value: string): string
  height: number
  width: number
}

/** Views of a value as [batch, channels, height, width] and back. */
function planes(b: GraphBuilder, image: string, { layout, image: size }: PixelLayout): Planes {
  const shape = b.shapeOf(image)
  if (layout === 'flat') {
    if (!size)
      throw new NidusError('onnx-role-invalid', {
        role: 'input',
        reason: 'SSIM on a flat input needs the height and width of the image'
      })
    const full = [shape[0]!, size.channels, size.height, size.width]
    return {
      toPlanes: (value) => reshape(b, value, full),
      fromPlanes: (value) => reshape(b, value, shape),
      height: size.height,
      width: size.width
    }
  }
  if (shape.length !== 4)
    throw new NidusError('onnx-role-invalid', { role: 'input', reason: 'SSIM needs two-dimensional images' })
  if (layout === 'NHWC') {
    return {
      toPlanes: (value) => transpose(b, value, [0, 3, 1, 2]),
      fromPlanes: (value) => transpose(b, value, [0, 2, 3, 1]),
      height: shape[1]!,
      width: shape[2]!
    }
  }
  return { toPlanes: (value) => value, fromPlanes: (value) => value, height: shape[2]!, width: shape[3]! }
}

/** Row i holds the weights with which the pixels of a line enter the window centred on pixel i. */
function windowMatrix(size: number): Float64Array {
  const weights = Array.from({ length: 2 * radius + 1 }, (_, at) =>
    Math.exp(-((at - radius) ** 2) / (2 * sigma ** 2))
  )
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  const matrix = new Float64Array(size * size)
  for (let row = 0; row < size; row++) {
    for (const [at, weight] of weights.entries()) {
      matrix[row * size + reflected(row + at - radius, size)]! += weight / total
    }
  }
  return matrix
}

function reflected(index: number, size: number): number {
  const period = 2 * size
  const folded = ((index % period) + period) % period
  return folded < size ? folded : period - 1 - folded
}

function turned(matrix: Float64Array, size: number): Float64Array {
  return matrix.map((_, at) => matrix[(at % size) * size + Math.floor(at / size)]!)
}
