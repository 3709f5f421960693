import type { GraphBuilder } from '../graph/graph-builder'
import { add, clip, div, mul, neg, scale, shift, square, sub } from '../graph/expressions'
import { DataType } from '../onnx/onnx-tensor'
import type { LossTerms, PixelLayout } from './loss-terms'
import { sumPerSample } from './loss-terms'
import { logitsBehind } from './logits-behind'
import { ssimLoss } from './ssim-loss'

/**
 * Reconstruction losses, each a sum over the pixels of one sample (x the image, r the reconstruction):
 * - `l1`: Σ |x − r|, with rounding e: Σ sqrt((x − r)² + e²)
 * - `l2`: Σ (x − r)², without a factor one half
 * - `bce`: −Σ x ln r + (1 − x) ln(1 − r), Bernoulli; r in (0, 1)
 * - `laplace-nll`: Σ |x − r| + ln 2, the Laplace density with scale 1
 * - `gaussian-nll`: Σ ½ (x − r)² + ½ ln 2π, the normal density with deviation 1
 * - `ssim`: Σ 1 − SSIM, see {@link ssimLoss}
 */
export type ReconstructionLoss = 'l1' | 'l2' | 'bce' | 'laplace-nll' | 'gaussian-nll' | 'ssim'

/** Every reconstruction loss, for lists and checks. */
export const reconstructionLosses: readonly ReconstructionLoss[] = [
  'l1',
  'l2',
  'bce',
  'laplace-nll',
  'gaussian-nll',
  'ssim'
]

/**
 * Adds a reconstruction loss to a graph.
 * @param image value that is network input and target
 * @param reconstruction value of the same shape
 */
export function reconstructionLoss(
  b: GraphBuilder,
  kind: ReconstructionLoss,
  image: string,
  reconstruction: string,
  pixels: PixelLayout
): LossTerms {
  const residual = (): string => sub(b, reconstruction, image)
  const opposite = (gradient: string): Map<string, string> =>
    new Map([
      [reconstruction, gradient],
      [image, neg(b, gradient)]
    ])
  switch (kind) {
    case 'l1':
    case 'laplace-nll': {
      const { rounding = 0 } = pixels
      const rounded = (): string => b.op('Sqrt', [shift(b, square(b, residual()), rounding ** 2)])
      const perPixel = (): string => (rounding > 0 ? rounded() : b.op('Abs', [residual()]))
      const slope = (): string => (rounding > 0 ? div(b, residual(), rounded()) : b.op('Sign', [residual()]))
      return {
        perSample: () => sumPerSample(b, kind === 'l1' ? perPixel() : shift(b, perPixel(), Math.LN2)),
        seeds: () => opposite(slope())
      }
    }
    case 'l2':
      return {
        perSample: () => sumPerSample(b, square(b, residual())),
        seeds: () => opposite(scale(b, residual(), 2))
      }
    case 'gaussian-nll':
      return {
        perSample: () =>
          sumPerSample(b, shift(b, scale(b, square(b, residual()), 0.5), 0.5 * Math.log(2 * Math.PI))),
        seeds: () => opposite(residual())
      }
    case 'bce':
      return bernoulliLoss(b, image, reconstruction)
    case 'ssim':
      return ssimLoss(b, image, reconstruction, pixels)
  }
}

/**
 * Bernoulli loss. Behind a Sigmoid it is taken from the logits l as softplus(l) − x l, which neither overflows
 * nor loses digits where r is close to 0 or 1. Otherwise the logarithms are bounded below by −100 and the slope's
 * denominator by 1e-12, as torch does.
 */
function bernoulliLoss(b: GraphBuilder, image: string, reconstruction: string): LossTerms {
  const logits = logitsBehind(b, reconstruction)
  if (logits) {
    return {
      perSample: () => sumPerSample(b, sub(b, softplus(b, logits), mul(b, image, logits))),
      seeds: () =>
        new Map([
          [logits, sub(b, reconstruction, image)],
          [image, neg(b, logits)]
        ])
    }
  }
  const logOf = (value: string): string => b.op('Max', [b.op('Log', [value]), b.scalar(-100, value)])
  const one = b.scalar(1, image)
  const logYes = (): string => logOf(reconstruction)
  const logNo = (): string => logOf(sub(b, one, reconstruction))
  return {
    perSample: () => {
      const likelihood = add(b, mul(b, image, logYes()), mul(b, sub(b, one, image), logNo()))
      return neg(b, sumPerSample(b, likelihood))
    },
    seeds: () => {
      const spread = clip(b, mul(b, reconstruction, sub(b, one, reconstruction)), 1e-12, 1)
      return new Map([
        [reconstruction, div(b, sub(b, reconstruction, image), spread)],
        [image, sub(b, logNo(), logYes())]
      ])
    }
  }
}

/** ln(1 + exp l) without overflow; the runtime's own operator exists for float32 only. */
function softplus(b: GraphBuilder, logits: string): string {
  if (b.dataTypeOf(logits) !== DataType.double) return b.op('Softplus', [logits])
  const decay = b.op('Exp', [neg(b, b.op('Abs', [logits]))])
  return add(b, b.op('Relu', [logits]), b.op('Log', [shift(b, decay, 1)]))
}
