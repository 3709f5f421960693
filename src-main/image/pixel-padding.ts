import type { ImageHeader, StoredFrame } from './image-types'
import { hasEntry } from './look-up'

/**
 * The stored values that fill the image where nothing was measured: Pixel Padding Value (0028,0120), up to Pixel
 * Padding Range Limit (0028,0121) on either side of it (PS3.3 C.7.5.1.1.2), or those of floating point pixels.
 * @returns both ends belong to it; null for colour and where the header names none
 */
export function paddingRange(header: ImageHeader): { low: number; high: number } | null {
  const { pixelPaddingValue: value, pixelPaddingLimit } = header
  if (value === null || Number.isNaN(value) || header.color) return null
  const limit = pixelPaddingLimit ?? value
  return { low: Math.min(value, limit), high: Math.max(value, limit) }
}

/**
 * Which pixels of a frame are no measurement: padding, and numbers of colours in an image of grey.
 * @returns [rows, columns], 1 for those; null where there are none, or no others
 */
export function findPadding(stored: StoredFrame, header: ImageHeader): Uint8Array | null {
  const range = paddingRange(header)
  const colours = header.supplement?.red
  if (!range && !colours) return null
  const { low, high } = range ?? { low: Infinity, high: -Infinity }
  const { values, samplesPerPixel } = stored
  const padding = new Uint8Array(stored.rows * stored.columns)
  let count = 0
  for (let at = 0; at < padding.length; at++) {
    const value = values[at * samplesPerPixel] as number
    if (!(value >= low && value <= high) && !(colours && hasEntry(colours, value))) continue
    padding[at] = 1
    count++
  }
  return count === 0 || count === padding.length ? null : padding
}

/**
 * Modality values with NaN in the place of padding, for statistics.
 * @param modality [rows, columns]
 * @param padding of the same pixels, as {@link findPadding} gives it
 * @returns the same array where there is no padding
 */
export function withoutPadding(modality: Float32Array, padding: Uint8Array | null): Float32Array {
  return padding ? modality.map((value, at) => (padding[at] ? NaN : value)) : modality
}
