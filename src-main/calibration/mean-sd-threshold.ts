import { calibrationFalsePositiveRate } from './calibration-rates'
import { prepareSamples } from './prepare-samples'
import { resampleThreshold } from './resample-patients'
import type { ResampleOptions } from './resample-patients'
import { mean, moments } from './sample-statistics'
import { refuse } from './threshold-result'
import type { ThresholdResult, ThresholdSamples, ThresholdWarning } from './threshold-result'

export interface MeanSdOptions extends ResampleOptions {
  /** multiples of the sample SD; 3 unless told */
  k?: number
}

/**
 * Mean + k sample SD of normal scores (the Shewhart 3-sigma rule, 1931). Offered because papers use it, and always
 * warned against: one outlier moves it, and scores with a heavy right tail exceed it far more often than a
 * Gaussian's 0.13 %.
 */
export function meanSdThreshold(samples: ThresholdSamples, options: MeanSdOptions = {}): ThresholdResult {
  const method = 'mean-sd'
  const { k = 3 } = options
  if (!(k > 0 && Number.isFinite(k))) return refuse(method, 'option-out-of-range', { option: 'k' })
  const prepared = prepareSamples(method, samples, 'normals-only')
  if (prepared.kind === 'refused') return prepared
  const { normals, counts } = prepared
  const { mean: centre, sd, skewness, excessKurtosis } = moments(normals)
  const threshold = centre + k * sd
  const warnings: ThresholdWarning[] = [...prepared.warnings, { code: 'mean-sd-not-robust' }]
  // limits of about twice the standard error of a Gaussian sample (sqrt(6/n), sqrt(24/n)), and of visible size
  const n = normals.length
  if (skewness > Math.max(0.5, 2 * Math.sqrt(6 / n)) || excessKurtosis > Math.max(1, 2 * Math.sqrt(24 / n))) {
    warnings.push({ code: 'mean-sd-heavy-tail', skewness, excessKurtosis })
  }
  const resampled = resampleThreshold(samples, 'normals-only', (drawn) => meanPlus(drawn, k), options)
  return {
    kind: 'threshold',
    method,
    level: samples.level,
    threshold,
    interval: resampled.interval,
    falsePositiveRate: calibrationFalsePositiveRate(samples, threshold),
    sampleCounts: counts,
    warnings: [...warnings, ...resampled.warnings]
  }
}

function meanPlus(values: Float64Array, k: number): number {
  const centre = mean(values)
  let squares = 0
  for (const value of values) squares += (value - centre) ** 2
  return centre + k * Math.sqrt(squares / (values.length - 1))
}
