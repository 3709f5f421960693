import type { MapName, ModelManifest } from '../../src-main/contract/manifest'
import type { ScoreRange } from './make-heatmap-pixels'

/**
 * The scores that the colour table spans for a map: from the median of normal pixels (0) to twice the highest
 * threshold of the model for that map, so that colours mean the same on every image.
 */
export function scoreRange(manifest: ModelManifest, map: MapName): ScoreRange {
  const thresholds = manifest.thresholds.filter((threshold) => threshold.map === map)
  const highest = Math.max(1, ...thresholds.map(({ value }) => value))
  return { low: 0, high: roundUp(2 * highest) }
}

/** Ticks at round scores, from the low end on: between four and nine of them. */
export function scoreTicks({ low, high }: ScoreRange): number[] {
  const step = roundUp((high - low) / 8)
  const first = Math.ceil(low / step)
  return Array.from({ length: Math.floor(high / step) - first + 1 }, (_, i) => (first + i) * step)
}

/** The next 1, 2 or 5 times a power of ten. */
function roundUp(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value))
  const lead = value / power
  return power * (lead <= 1 ? 1 : lead <= 2 ? 2 : lead <= 5 ? 5 : 10)
}
