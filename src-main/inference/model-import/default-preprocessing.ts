import type { Preprocessing } from '../../contract/manifest'
import type { Series, Slice } from '../../contract/study'
import { findForeground } from '../../preprocess/find-foreground'
import { percentile } from '../../preprocess/percentile'
import { readSlice } from '../../study/read-slice'

/** Slices that intensities are looked up in. */
const slicesLookedAt = 64
/** Pixels taken of each. */
const pixelsPerSlice = 4096

const foreground: Preprocessing['foreground'] = {
  rule: 'percentile-fraction',
  percentile: 99,
  fraction: 0.05
}

/**
 * Preprocessing for a model that came without one. The whole image, made to fit the model's grid with its aspect
 * kept; scores count where the image is brighter than 5 % of its 99th percentile. Intensities:
 * - PNG with 8 bits: 0 to 255 becomes the model's range, as image loaders of the usual frameworks have it;
 * - otherwise, for a range that starts at 0: the 0.5th and 99.5th percentile of each slice's foreground become 0
 *   and the upper end;
 * - otherwise these percentiles of all given images together become the ends of the range, the same for all.
 * @returns the rules, and in words what was taken
 */
export async function defaultPreprocessing(
  range: [number, number],
  slices: { series: Series; slice: Slice }[]
): Promise<{ preprocessing: Preprocessing; because: string }> {
  const step = Math.max(1, slices.length / slicesLookedAt)
  const values: number[] = []
  let isByteImage = slices.length > 0
  for (let at = 0; at < slices.length; at += step) {
    const { series, slice } = slices[Math.floor(at)]
    const pixels = await readSlice(series, slice).catch(() => null)
    if (!pixels) continue
    isByteImage &&= series.modality === 'OT' && pixels.stored.values instanceof Uint8Array
    values.push(...sample(pixels.modality, pixels.rows, pixels.columns))
  }
  const made = (intensity: Preprocessing['intensity']): Preprocessing => ({
    version: 'import-1',
    foreground,
    crop: { rule: 'full' },
    intensity,
    clip: range,
    minForegroundFraction: 0.01
  })
  if (isByteImage || values.length === 0) {
    return {
      preprocessing: made(between(0, 255, range)),
      because: `8-bit images: 0 to 255 becomes ${range.join(' to ')}`
    }
  }
  if (range[0] === 0 && range[1] === 1) {
    return {
      preprocessing: made({ rule: 'foreground-percentiles', low: 0.5, high: 99.5 }),
      because: 'percentiles 0.5 and 99.5 of the foreground of each slice become 0 and 1'
    }
  }
  const [low, high] = [percentile(values, 0.5), percentile(values, 99.5)]
  return {
    preprocessing: made(between(low, high > low ? high : low + 1, range)),
    because: `${low} to ${high} (percentiles 0.5 and 99.5 of the given images) becomes ${range.join(' to ')}`
  }
}

function between(from: number, to: number, [low, high]: [number, number]): Preprocessing['intensity'] {
  const scale = (high - low) / (to - from)
  return { rule: 'fixed', offset: from - low / scale, scale }
}

function sample(modality: Float32Array, rows: number, columns: number): number[] {
  const { mask, count } = findForeground(modality, rows, columns, foreground)
  const every = Math.max(1, Math.floor(count / pixelsPerSlice))
  const taken: number[] = []
  let seen = 0
  for (let i = 0; i < modality.length; i++) {
    if (mask[i] && Number.isFinite(modality[i]) && seen++ % every === 0) taken.push(modality[i])
  }
  return taken
}
