import { argMax, labelledThreshold } from './labelled-threshold'
import type { ResampleOptions } from './resample-patients'
import { refuse } from './threshold-result'
import type { ThresholdResult, ThresholdSamples } from './threshold-result'

export interface FBetaOptions extends ResampleOptions {
  /** over 1 favours sensitivity, under 1 precision; 1 unless told */
  beta?: number
}

/**
 * The threshold with the largest F-beta = (1 + b^2) TP / ((1 + b^2) TP + b^2 FN + FP) (van Rijsbergen 1979), at the
 * prevalence of the sample. Refuses where calling everything anomalous is best.
 */
export function fBetaThreshold(samples: ThresholdSamples, options: FBetaOptions = {}): ThresholdResult {
  const method = 'f-beta'
  const { beta = 1 } = options
  if (!(beta > 0 && Number.isFinite(beta))) return refuse(method, 'option-out-of-range', { option: 'beta' })
  const weight = beta * beta
  return labelledThreshold(
    method,
    samples,
    (points) =>
      argMax(points, (i) => {
        const hits = (1 + weight) * points.truePositives[i]
        const missed = points.anomalies - points.truePositives[i]
        return hits / (hits + weight * missed + points.falsePositives[i])
      }),
    options,
    [{ code: 'precision-at-sample-prevalence' }]
  )
}
