import type { ModelManifest } from '../contract/manifest'

/**
 * A made-up sample for comparing providers: the same on every machine. A bright ellipse with waves inside it and
 * zero around, scaled into the model's input range; `variant` moves the waves.
 * x(i, j, c) = low + (high - low) * (0.5 + 0.3 sin(0.37 i + variant) cos(0.23 j + c) + 0.15 sin(0.05 i j)) inside
 * ((i - cy) / (0.4 H))^2 + ((j - cx) / (0.4 W))^2 <= 1, else low.
 * @returns one sample in the model's layout
 */
export function goldenInput({ input, preprocessing }: ModelManifest, variant: number): Float32Array {
  const { channels, height, width, layout } = input
  const [low, high] = preprocessing.clip
  const sample = new Float32Array(channels * height * width)
  for (let i = 0; i < height; i++) {
    for (let j = 0; j < width; j++) {
      const row = (i - (height - 1) / 2) / (0.4 * height)
      const column = (j - (width - 1) / 2) / (0.4 * width)
      const inside = row * row + column * column <= 1
      for (let c = 0; c < channels; c++) {
        const waves =
          0.5 + 0.3 * Math.sin(0.37 * i + variant) * Math.cos(0.23 * j + c) + 0.15 * Math.sin(0.05 * i * j)
        const at = layout === 'NHWC' ? (i * width + j) * channels + c : (c * height + i) * width + j
        sample[at] = inside ? low + (high - low) * waves : low
      }
    }
  }
  return sample
}
