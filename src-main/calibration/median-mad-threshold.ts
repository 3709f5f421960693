import { calibrationFalsePositiveRate } from './calibration-rates'
import { prepareSamples } from './prepare-samples'
import { resampleThreshold } from './resample-patients'
import type { ResampleOptions } from './resample-patients'
import { medianAndSpread } from './sample-statistics'
import { refuse } from './threshold-result'
import type { ThresholdResult, ThresholdSamples } from './threshold-result'

export interface MedianMadOptions extends ResampleOptions {
  /** multiples of 1.4826 * MAD; 3 unless told */
  k?: number
}

/**
 * Median + k * 1.4826 * median absolute deviation of normal scores (Leys et al. 2013, J Exp Soc Psychol 49:764).
 * Refuses where more than half of the scores are equal: the deviation is zero then.
 */
export function medianMadThreshold(
  samples: ThresholdSamples,
  options: MedianMadOptions = {}
): ThresholdResult {
  const method = 'median-mad'
  const { k = 3 } = options
  if (!(k > 0 && Number.isFinite(k))) return refuse(method, 'option-out-of-range', { option: 'k' })
  const prepared = prepareSamples(method, samples, 'normals-only')
  if (prepared.kind === 'refused') return prepared
  const threshold = medianPlus(prepared.normals, k)
  if (threshold === null) return refuse(method, 'scores-all-equal')
  const resampled = resampleThreshold(samples, 'normals-only', (drawn) => medianPlus(drawn, k), options)
  return {
    kind: 'threshold',
    method,
    level: samples.level,
    threshold,
    interval: resampled.interval,
    falsePositiveRate: calibrationFalsePositiveRate(samples, threshold),
    sampleCounts: prepared.counts,
    warnings: [...prepared.warnings, ...resampled.warnings]
  }
}

/** Median + k robust SD of ascending scores; null where the deviation is zero. */
export function medianPlus(sorted: Float64Array, k: number): number | null {
  const { median, spread } = medianAndSpread(sorted)
  return spread > 0 ? median + k * spread : null
}
