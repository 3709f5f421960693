import type { SliceStatistics } from '../../contract/feedback'

/** Probabilities at which every slice's scores are kept; dense at the top, where thresholds lie. */
export const keptProbabilities = [
  0, 0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.975, 0.99, 0.995, 0.999, 0.9995, 1
] as const

/** Width of a histogram bin in score units (robust spreads). */
export const binWidth = 0.25

function quantile(sorted: Float64Array, probability: number): number {
  const place = probability * (sorted.length - 1)
  const below = Math.floor(place)
  const above = Math.min(below + 1, sorted.length - 1)
  return sorted[below] + (place - below) * (sorted[above] - sorted[below])
}

/**
 * What is kept of a slice's map with a verdict: peak, mean, quantiles (linear interpolation, Hyndman and Fan 1996
 * type 7) and histogram of the scores in the foreground.
 * @param map score units, [rows * columns]; non-finite scores are left out
 * @param foreground 0 or not, same grid
 * @param known what is not in the map
 */
export function summariseSlice(
  map: Float32Array,
  foreground: Uint8Array,
  known: Pick<
    SliceStatistics,
    'sliceIndex' | 'sopInstanceUid' | 'score' | 'scoreStandardised' | 'findingPeaks'
  >
): SliceStatistics {
  const scores: number[] = []
  for (let i = 0; i < map.length; i += 1) if (foreground[i] && Number.isFinite(map[i])) scores.push(map[i])
  const sorted = Float64Array.from(scores).sort()
  const counts = new Map<number, number>()
  let sum = 0
  for (const score of sorted) {
    const bin = Math.floor(score / binWidth)
    counts.set(bin, (counts.get(bin) ?? 0) + 1)
    sum += score
  }
  const empty = sorted.length === 0
  return {
    ...known,
    foregroundPx: sorted.length,
    peak: empty ? null : sorted[sorted.length - 1],
    mean: empty ? null : sum / sorted.length,
    quantiles: empty
      ? { probabilities: [], values: [] }
      : {
          probabilities: [...keptProbabilities],
          values: keptProbabilities.map((probability) => quantile(sorted, probability))
        },
    histogram: { binWidth, bins: [...counts].sort(([a], [b]) => a - b) }
  }
}
