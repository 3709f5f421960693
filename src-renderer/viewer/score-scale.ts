import type { MapName, ModelManifest } from '../../src-main/contract/manifest'
import type { ScoreRange } from './make-heatmap-pixels'

/**
 * The scores that the colour table spans for a map: from the median of normal pixels (0) to a quarter over the
 * highest threshold of the model for that map, so that colours mean the same on every image.
 */
export function scoreRange(manifest: ModelManifest, map: MapName): ScoreRange {
  const thresholds = manifest.thresholds.filter((threshold) => threshold.map === map)
  const highest = Math.max(1, ...thresholds.map(({ value }) => value))
  return { low: 0, high: roundUp(1.25 * highest, [1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10]) }
}

/** Ticks at round scores, from the low end on: between four and nine of them. */
export function scoreTicks({ low, high }: ScoreRange): number[] {
  const step = roundUp((high - low) / 8, [1, 2, 5, 10])
  const first = Math.ceil(low / step)
  const count = Math.floor(high / step + 1e-9) - first + 1
  // multiplied, not added up, and rounded: 3 * 0.1 would read 0.30000000000000004
  return Array.from({ length: count }, (_, i) => Number(((first + i) * step).toPrecision(6)))
}

/** The next of the given leads times a power of ten. */
function roundUp(value: number, leads: number[]): number {
  const power = 10 ** Math.floor(Math.log10(value))
  return power * (leads.find((lead) => lead >= value / power - 1e-9) ?? 10)
}
