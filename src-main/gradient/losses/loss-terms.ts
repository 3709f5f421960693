import type { GraphBuilder } from '../graph/graph-builder'
import { lastAxes, reduceSum } from '../graph/expressions'

/** A loss inside a graph under construction; nothing is added to the graph before it is asked for. */
export interface LossTerms {
  /** the loss of each sample, [batch] */
  perSample(): string
  /** gradient of the sum over samples with respect to the values that the loss is computed from */
  seeds(): Map<string, string>
}

/** Where the pixels of an image lie, as far as a loss must know. */
export interface PixelLayout {
  layout: 'NCHW' | 'NHWC' | 'flat'
  /** size of the image; needed by `ssim` on flat inputs */
  image?: { channels: number; height: number; width: number } | undefined
  /** difference between the largest and smallest possible pixel value, for `ssim` */
  dataRange: number
  /** half width of the rounding of an L1 loss's kink, in pixel values; none when absent */
  rounding?: number | undefined
}

/** Sum over everything but the batch, [batch]. */
export function sumPerSample(b: GraphBuilder, value: string): string {
  return reduceSum(b, value, lastAxes(b.shapeOf(value).length, 1), false)
}
