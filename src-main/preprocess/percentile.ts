/**
 * Percentile of values with linear interpolation between order statistics, as numpy.percentile's default
 * (Hyndman & Fan 1996, type 7).
 * @param values any order, at least one; not modified
 * @param percent 0 to 100
 * @returns the percentile; NaN for no values
 */
export function percentile(values: ArrayLike<number>, percent: number): number {
  return percentileOfSorted(Float64Array.from(values).sort(), percent)
}

/** The same for values already in ascending order. */
export function percentileOfSorted(sorted: ArrayLike<number>, percent: number): number {
  if (sorted.length === 0) return NaN
  const rank = (percent / 100) * (sorted.length - 1)
  const below = Math.min(sorted.length - 1, Math.floor(rank))
  const above = Math.min(sorted.length - 1, below + 1)
  return sorted[below] + (sorted[above] - sorted[below]) * (rank - below)
}
