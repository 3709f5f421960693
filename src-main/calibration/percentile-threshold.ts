import { percentileOfSorted } from '../preprocess/percentile'
import { binomialQuantile } from './binomial-interval'
import { calibrationFalsePositiveRate } from './calibration-rates'
import { countByPatient } from './patient-proportion'
import { prepareSamples } from './prepare-samples'
import { countAtOrOver, nextAbove } from './sample-statistics'
import { refuse } from './threshold-result'
import type { ThresholdResult, ThresholdSamples, ThresholdWarning } from './threshold-result'

export interface PercentileOptions {
  /** 0 to 100, exclusive; 99 unless told */
  percent?: number
  confidence?: number
}

/**
 * Empirical percentile of normal scores (linear interpolation, as numpy.percentile), with a distribution-free
 * confidence band from order statistics (binomial; Hahn & Meeker 1991, as scipy.stats.quantile_test). Where a patient
 * gives several cases the band is that of Woodruff (1952) at the effective sample size.
 */
export function percentileThreshold(
  samples: ThresholdSamples,
  { percent = 99, confidence = 0.95 }: PercentileOptions = {}
): ThresholdResult {
  const method = 'percentile'
  if (!(percent > 0 && percent < 100)) return refuse(method, 'option-out-of-range', { option: 'percent' })
  const prepared = prepareSamples(method, samples, 'normals-only')
  if (prepared.kind === 'refused') return prepared
  const { normals, counts } = prepared
  const warnings: ThresholdWarning[] = [...prepared.warnings]
  const count = normals.length
  const level = percent / 100

  let threshold = percentileOfSorted(normals, percent)
  const atOrOver = countAtOrOver(normals, threshold)
  // a crowd of equal scores at the cut would all be called anomalous: cut just above it
  if (atOrOver > (1 - level) * count + 1) {
    warnings.push({ code: 'ties-at-threshold', atOrOver, asked: (1 - level) * count })
    threshold = nextAbove(threshold)
    if (threshold > normals[count - 1]) return refuse(method, 'only-nothing-anomalous')
  }

  const { effectiveCases } = countByPatient(
    count,
    (i) => samples.normals[i] >= threshold,
    samples.normalPatients,
    confidence
  )
  const tail = (1 - confidence) / 2
  const trials = Math.max(1, Math.floor(effectiveCases))
  const lowRank = binomialQuantile(tail, trials, level)
  const highRank = binomialQuantile(1 - tail, trials, level) + 1
  const atRank = (rank: number): number => {
    const own = trials === count ? rank : Math.round((rank / trials) * count)
    return normals[Math.min(count, Math.max(1, own)) - 1]
  }
  const low = lowRank < 1 ? null : atRank(lowRank)
  const high = highRank > trials ? null : atRank(highRank)
  if (high === null) {
    const need = Math.ceil(Math.log(tail) / Math.log(level))
    warnings.push({ code: 'tail-not-resolved', normals: trials, need })
  }
  return {
    kind: 'threshold',
    method,
    level: samples.level,
    threshold,
    interval: { low, high, confidence },
    // Clopper-Pearson limits are those of the order statistic's coverage (Wilks 1941)
    falsePositiveRate: calibrationFalsePositiveRate(samples, threshold),
    sampleCounts: counts,
    warnings
  }
}
