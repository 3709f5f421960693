import type { GradientSpec } from './gradient-spec'

/**
 * The reconstruction loss of one image in float64, summed outside the graph. SSIM has no second implementation
 * here; the graph's own value is taken.
 *
 * @param image pixels as the network takes them
 * @param outputs `reconstruction` in the same order, and `rec`
 */
export function scoreReconstruction(
  spec: GradientSpec,
  image: Float32Array,
  outputs: Record<string, Float32Array>
): number {
  const reconstruction = outputs['reconstruction']!
  const sum = (perPixel: (x: number, r: number) => number): number =>
    image.reduce((total, x, index) => total + perPixel(x, reconstruction[index]!), 0)
  const bounded = (probability: number): number => Math.max(-100, Math.log(probability))
  switch (spec.reconstructionLoss) {
    case 'l1':
      return sum((x, r) => Math.abs(x - r))
    case 'l2':
      return sum((x, r) => (x - r) ** 2)
    case 'laplace-nll':
      return sum((x, r) => Math.abs(x - r) + Math.LN2)
    case 'gaussian-nll':
      return sum((x, r) => 0.5 * (x - r) ** 2 + 0.5 * Math.log(2 * Math.PI))
    case 'bce':
      return -sum((x, r) => x * bounded(r) + (1 - x) * bounded(1 - r))
    case 'ssim':
      return outputs['rec']![0]!
  }
}
