import { medianMadThreshold, medianPlus } from './median-mad-threshold'
import type { MedianMadOptions } from './median-mad-threshold'
import { minimumCases } from './prepare-samples'
import { refuse } from './threshold-result'
import type { ThresholdResult, ThresholdSamples } from './threshold-result'

export interface RollingMadOptions extends MedianMadOptions {
  /** the window's number of normals; 200 unless told */
  window?: number
}

/**
 * Median + k * 1.4826 * MAD of the latest `window` normals by time (the Hampel identifier on a moving window;
 * Pearson 2002, IEEE Trans Control Syst Technol 10:55). Cases of one time keep their order.
 */
export function rollingMadThreshold(
  samples: ThresholdSamples,
  options: RollingMadOptions = {}
): ThresholdResult {
  const method = 'rolling-mad'
  const { window = 200 } = options
  if (!(Number.isInteger(window) && window >= minimumCases.normals)) {
    return refuse(method, 'option-out-of-range', { option: 'window' })
  }
  const times = samples.normalTimes
  if (!times || times.length !== samples.normals.length) return refuse(method, 'times-missing')
  const latest = timeOrder(times).slice(-window)
  const result = medianMadThreshold(
    {
      level: samples.level,
      normals: latest.map((i) => samples.normals[i]),
      normalPatients: samples.normalPatients && latest.map((i) => samples.normalPatients![i]),
      normalImages: samples.normalImages
    },
    options
  )
  return { ...result, method }
}

/**
 * The rolling threshold after each normal, for a plot over time.
 * @returns one point for each normal from the 20th on; the window grows until it is full
 */
export function rollingMadSeries(
  normals: ArrayLike<number>,
  times: ArrayLike<number>,
  { window = 200, k = 3 }: Pick<RollingMadOptions, 'window' | 'k'> = {}
): { time: number; threshold: number }[] {
  const order = timeOrder(times)
  const series: { time: number; threshold: number }[] = []
  for (let end = minimumCases.normals; end <= order.length; end++) {
    const inWindow = order.slice(Math.max(0, end - window), end)
    const threshold = medianPlus(Float64Array.from(inWindow, (i) => normals[i]).sort(), k)
    if (threshold !== null) series.push({ time: times[order[end - 1]], threshold })
  }
  return series
}

function timeOrder(times: ArrayLike<number>): number[] {
  return Array.from({ length: times.length }, (_, i) => i).sort((a, b) => times[a] - times[b] || a - b)
}
