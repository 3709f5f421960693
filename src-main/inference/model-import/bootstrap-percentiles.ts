import { randomIndex, seededRandom } from '../../calibration/seeded-random'
import { percentileOfSorted } from '../../preprocess/percentile'

/** A percentile of pooled values with its 95 % band. */
export interface BandedPercentile {
  percent: number
  value: number
  low: number
  high: number
}

/** Resamples of the bootstrap; more would move the band by less than its own noise. */
const resamples = 200
const binsBelow = 200
const binsAbove = 400
/** Percent from where the bins are finer, since thresholds lie in the upper tail. */
const tailFrom = 90

/**
 * Percentiles of the values of all groups together, each with a percentile bootstrap band that draws whole groups
 * with replacement (Efron & Tibshirani 1993; clusters: Field & Welsh 2007): pixels of one image are not
 * independent, so a band over pixels would be far too narrow. The band is computed on counts between quantiles of
 * the pooled values, 600 of them, with linear interpolation inside; the percentiles themselves are exact.
 * @param groups values of one patient, series or slice each; at least two groups
 * @param percents ascending, 0 to 100
 */
export function bootstrapPercentiles(
  groups: readonly Float32Array[],
  percents: readonly number[],
  seed = 1
): BandedPercentile[] {
  const sorted = new Float32Array(groups.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const group of groups) {
    sorted.set(group, at)
    at += group.length
  }
  sorted.sort()
  const edges = edgesOf(sorted)
  const counts = groups.map((group) => countBetween(group, edges))
  const random = seededRandom(seed)
  const drawn = percents.map(() => new Float64Array(resamples))
  for (let r = 0; r < resamples; r++) {
    const sum = new Float64Array(edges.length - 1)
    for (let g = 0; g < counts.length; g++) {
      const picked = counts[randomIndex(random, counts.length)]
      for (let bin = 0; bin < sum.length; bin++) sum[bin] += picked[bin]
    }
    percents.forEach((percent, p) => (drawn[p][r] = percentileOfCounts(sum, edges, percent)))
  }
  return percents.map((percent, p) => {
    const band = drawn[p].sort()
    return {
      percent,
      value: percentileOfSorted(sorted, percent),
      low: percentileOfSorted(band, 2.5),
      high: percentileOfSorted(band, 97.5)
    }
  })
}

function edgesOf(sorted: Float32Array): Float64Array {
  const percents: number[] = []
  for (let i = 0; i < binsBelow; i++) percents.push((tailFrom * i) / binsBelow)
  for (let i = 0; i <= binsAbove; i++) percents.push(tailFrom + ((100 - tailFrom) * i) / binsAbove)
  return Float64Array.from(percents, (percent) => percentileOfSorted(sorted, percent))
}

/** How many values lie in each bin (edge[i], edge[i + 1]]; what lies at the lowest edge is in the first. */
function countBetween(values: Float32Array, edges: Float64Array): Float64Array {
  const counts = new Float64Array(edges.length - 1)
  const ordered = Float32Array.from(values).sort()
  let bin = 0
  for (const value of ordered) {
    while (bin < counts.length - 1 && value > edges[bin + 1]) bin++
    counts[bin]++
  }
  return counts
}

function percentileOfCounts(counts: Float64Array, edges: Float64Array, percent: number): number {
  const total = counts.reduce((sum, count) => sum + count, 0)
  const wanted = (percent / 100) * total
  let below = 0
  for (let bin = 0; bin < counts.length; bin++) {
    if (below + counts[bin] >= wanted && counts[bin] > 0) {
      return edges[bin] + ((wanted - below) / counts[bin]) * (edges[bin + 1] - edges[bin])
    }
    below += counts[bin]
  }
  return edges[edges.length - 1]
}
