import { percentileOfSorted } from '../preprocess/percentile'

/** The usual reading: under 0.1 stable, 0.1 to 0.2 to be watched, over 0.2 changed (Siddiqi 2006). */
export const stabilityLimits = { watch: 0.1, changed: 0.2 } as const

/**
 * Population stability index, the sum over bins of (q - p) ln(q / p) with shares p of the reference and q of the
 * recent scores (a symmetrised Kullback-Leibler divergence; Siddiqi 2006). Bins end at the reference's quantiles;
 * equal quantiles fall together. An empty bin counts as half a case, so that the index stays finite.
 * @param reference ascending
 * @param recent ascending
 */
export function populationStability(
  reference: ArrayLike<number>,
  recent: ArrayLike<number>,
  bins = 10
): number {
  const edges: number[] = []
  for (let bin = 1; bin < bins; bin++) {
    const edge = percentileOfSorted(reference, (100 * bin) / bins)
    if (edge !== edges[edges.length - 1]) edges.push(edge)
  }
  const expected = countBetween(reference, edges)
  const found = countBetween(recent, edges)
  let index = 0
  for (let bin = 0; bin < expected.length; bin++) {
    const p = (expected[bin] || 0.5) / reference.length
    const q = (found[bin] || 0.5) / recent.length
    index += (q - p) * Math.log(q / p)
  }
  return index
}

/** Counts of ascending values in the bins that end before each edge; a value at an edge belongs to the bin above. */
function countBetween(sorted: ArrayLike<number>, edges: readonly number[]): number[] {
  const counts: number[] = []
  let at = 0
  for (const edge of edges) {
    const start = at
    while (at < sorted.length && sorted[at] < edge) at++
    counts.push(at - start)
  }
  counts.push(sorted.length - at)
  return counts
}
