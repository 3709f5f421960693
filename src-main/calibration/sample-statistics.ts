import { percentileOfSorted } from '../preprocess/percentile'

/** 1 / the 75 % quantile of the standard normal: turns a median absolute deviation into a Gaussian's SD. */
export const madToSd = 1.482602218505602

/** Arithmetic mean; compensated (Neumaier 1974), so that 10^7 scores lose no digits. NaN for none. */
export function mean(values: ArrayLike<number>): number {
  let sum = 0
  let lost = 0
  for (let i = 0; i < values.length; i++) {
    const value = values[i]
    const next = sum + value
    lost += Math.abs(sum) >= Math.abs(value) ? sum - next + value : value - next + sum
    sum = next
  }
  return (sum + lost) / values.length
}

export interface Moments {
  mean: number
  /** sample SD (n - 1 below the line) */
  sd: number
  /** biased sample skewness and excess kurtosis, as scipy.stats.skew and kurtosis */
  skewness: number
  excessKurtosis: number
}

/** The first four moments, two passes. */
export function moments(values: ArrayLike<number>): Moments {
  const centre = mean(values)
  const count = values.length
  let second = 0
  let third = 0
  let fourth = 0
  for (let i = 0; i < count; i++) {
    const off = values[i] - centre
    const squared = off * off
    second += squared
    third += squared * off
    fourth += squared * squared
  }
  const variance = second / count
  return {
    mean: centre,
    sd: Math.sqrt(second / (count - 1)),
    skewness: third / count / variance ** 1.5,
    excessKurtosis: fourth / count / (variance * variance) - 3
  }
}

/**
 * Median and 1.4826 * median absolute deviation (Rousseeuw & Croux 1993), as
 * scipy.stats.median_abs_deviation(scale='normal').
 * @param sorted ascending
 */
export function medianAndSpread(sorted: ArrayLike<number>): { median: number; spread: number } {
  const median = percentileOfSorted(sorted, 50)
  const deviations = Float64Array.from(sorted, (value) => Math.abs(value - median)).sort()
  return { median, spread: madToSd * percentileOfSorted(deviations, 50) }
}

/** Number of values in an ascending array that are at or over a threshold. */
export function countAtOrOver(sorted: ArrayLike<number>, threshold: number): number {
  let low = 0
  let high = sorted.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (sorted[middle] >= threshold) high = middle
    else low = middle + 1
  }
  return sorted.length - low
}

/** The next larger 64-bit number: the lowest threshold that a score equal to `value` does not reach. */
export function nextAbove(value: number): number {
  if (!Number.isFinite(value)) return value
  if (value === 0) return Number.MIN_VALUE
  const bits = new DataView(new ArrayBuffer(8))
  bits.setFloat64(0, value)
  bits.setBigInt64(0, bits.getBigInt64(0) + (value > 0 ? 1n : -1n))
  return bits.getFloat64(0)
}
