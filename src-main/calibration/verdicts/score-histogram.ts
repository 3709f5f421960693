/** Counts of scores in bins of equal width; bin i holds scores in [low + i * width, low + (i + 1) * width). */
export interface ScoreHistogram {
  low: number
  width: number
  normal: number[]
  anomalous: number[]
}

/** Bins over the range of a plot. */
const binCount = 40

/**
 * Both kinds of scores in common bins, from the lowest score to a little over the highest of scores and marks.
 * @param marks values that must lie inside, such as thresholds
 * @returns null where there is no score
 */
export function scoreHistogram(
  normal: readonly number[],
  anomalous: readonly number[],
  marks: readonly number[] = []
): ScoreHistogram | null {
  if (normal.length + anomalous.length === 0) return null
  let low = Infinity
  let high = -Infinity
  for (const values of [normal, anomalous, marks]) {
    for (const value of values) {
      low = Math.min(low, value)
      high = Math.max(high, value)
    }
  }
  const width = (high - low) / (binCount - 1) || 1
  const count = (scores: readonly number[]): number[] => {
    const bins = new Array<number>(binCount).fill(0)
    for (const score of scores) bins[Math.min(binCount - 1, Math.floor((score - low) / width))] += 1
    return bins
  }
  return { low, width, normal: count(normal), anomalous: count(anomalous) }
}
