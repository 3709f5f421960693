import type { Preprocessing } from '../contract/manifest'
import type { Foreground } from './find-foreground'
import { percentileOfFloats } from './percentile'

/** model value = (modality value - offset) * factor, before clipping */
export interface IntensityScale {
  offset: number
  factor: number
}

/**
 * The intensity scale of a slice by the manifest's rule.
 * @param values modality values, [rows * columns]
 * @returns null where the slice has no contrast to scale by
 */
export function intensityScale(
  values: Float32Array,
  foreground: Foreground,
  rule: Preprocessing['intensity']
): IntensityScale | null {
  if (rule.rule === 'fixed') return { offset: rule.offset, factor: rule.scale }
  const inside = new Float32Array(foreground.count)
  let count = 0
  for (let i = 0; i < values.length; i++) {
    if (foreground.mask[i] && Number.isFinite(values[i])) inside[count++] = values[i]
  }
  const present = inside.subarray(0, count)
  const [offset, range] =
    rule.rule === 'foreground-median'
      ? [foreground.base, (percentileOfFloats(present, 50) - foreground.base) / rule.target]
      : spanOf(percentileOfFloats(present, rule.low), percentileOfFloats(present, rule.high))
  return range > 0 && Number.isFinite(range) ? { offset, factor: 1 / range } : null
}

function spanOf(low: number, high: number): [number, number] {
  return [low, high - low]
}
