import type { ModelManifest } from '../contract/manifest'

/**
 * Gradient of the rounded isotropic total variation, sum over pixels and channels of sqrt(dx² + dy² + e²), with
 * forward differences and none across the border (Rudin, Osher & Fatemi 1992).
 * @param change one sample in the model's layout
 * @param rounding e, in model values; above 0
 */
export function variationSlope(
  change: Float64Array,
  { layout, channels, height, width }: ModelManifest['input'],
  rounding: number
): Float64Array {
  const slope = new Float64Array(change.length)
  const interleaved = layout === 'NHWC'
  const next = interleaved ? channels : 1
  const below = next * width
  for (let channel = 0; channel < channels; channel++) {
    const first = interleaved ? channel : channel * height * width
    for (let row = 0; row < height; row++) {
      for (let column = 0; column < width; column++) {
        const i = first + row * below + column * next
        const down = row + 1 < height ? change[i + below] - change[i] : 0
        const right = column + 1 < width ? change[i + next] - change[i] : 0
        const length = Math.sqrt(down * down + right * right + rounding * rounding)
        slope[i] -= (down + right) / length
        if (row + 1 < height) slope[i + below] += down / length
        if (column + 1 < width) slope[i + next] += right / length
      }
    }
  }
  return slope
}
