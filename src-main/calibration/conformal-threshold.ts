import { betaQuantile } from './binomial-interval'
import { prepareSamples } from './prepare-samples'
import { nextAbove } from './sample-statistics'
import { refuse } from './threshold-result'
import type { ThresholdResult, ThresholdSamples } from './threshold-result'

export interface ConformalOptions {
  /** guaranteed false alarm rate; 0.01 unless told */
  rate?: number
  confidence?: number
}

/**
 * Split conformal detection (Vovk et al. 2005; Bates et al. 2023, Ann Stat 51:149): the ceil((n + 1)(1 - rate))-th
 * smallest normal score. A new normal, exchangeable with the calibration normals, scores over it with probability at
 * most `rate`, whatever the distribution. The threshold lies just above that score (the next 64-bit number), since
 * at-or-over calls a case anomalous. The interval is of the rate that this one calibration set gives:
 * Beta(n + 1 - k, k) (Vovk 2012). With several cases a patient, cases are not exchangeable: give one a patient.
 */
export function conformalThreshold(
  samples: ThresholdSamples,
  { rate = 0.01, confidence = 0.95 }: ConformalOptions = {}
): ThresholdResult {
  const method = 'conformal'
  if (!(rate > 0 && rate < 1)) return refuse(method, 'option-out-of-range', { option: 'rate' })
  const prepared = prepareSamples(method, samples, 'normals-only')
  if (prepared.kind === 'refused') return prepared
  const { normals, counts, warnings } = prepared
  const count = normals.length
  // (n + 1) * (1 - rate) may be a whole number but for rounding
  const rank = Math.ceil((count + 1) * (1 - rate) - 1e-9)
  if (rank > count) {
    return refuse(method, 'too-few-normals', { need: Math.ceil(1 / rate - 1 - 1e-9), have: count })
  }
  const cut = normals[rank - 1]
  const tail = (1 - confidence) / 2
  return {
    kind: 'threshold',
    method,
    level: samples.level,
    threshold: nextAbove(cut),
    falsePositiveRate: {
      estimate: (count + 1 - rank) / (count + 1),
      low: betaQuantile(tail, count + 1 - rank, rank),
      high: betaQuantile(1 - tail, count + 1 - rank, rank),
      source: 'guarantee'
    },
    sampleCounts: counts,
    warnings
  }
}
