import type { ImageHeader, StoredFrame } from './image-types'

/**
 * The stored values that fill the image where nothing was measured: Pixel Padding Value (0028,0120), up to Pixel
 * Padding Range Limit (0028,0121) on either side of it (PS3.3 C.7.5.1.1.2).
 * @returns both ends belong to it; null for colour and where the header names none
 */
export function paddingRange(header: ImageHeader): { low: number; high: number } | null {
  const { pixelPaddingValue: value, pixelPaddingLimit } = header
  if (value === null || header.color || header.sampleType !== 'integer') return null
  const limit = pixelPaddingLimit ?? value
  return { low: Math.min(value, limit), high: Math.max(value, limit) }
}

/**
 * Modality values with NaN in the place of padding, for statistics.
 * @param modality [rows, columns]
 * @returns the same array where there is no padding, or nothing but padding
 */
export function withoutPadding(
  modality: Float32Array,
  stored: StoredFrame,
  header: ImageHeader
): Float32Array {
  const padding = paddingRange(header)
  if (!padding) return modality
  const { low, high } = padding
  const { values, samplesPerPixel } = stored
  const kept = modality.slice()
  let left = kept.length
  for (let at = 0; at < kept.length; at++) {
    const value = values[at * samplesPerPixel] as number
    if (value < low || value > high) continue
    kept[at] = NaN
    left--
  }
  return left === 0 || left === kept.length ? modality : kept
}
