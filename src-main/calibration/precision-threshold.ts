import { labelledThreshold } from './labelled-threshold'
import type { ResampleOptions } from './resample-patients'
import { refuse } from './threshold-result'
import type { ThresholdResult, ThresholdSamples } from './threshold-result'

export interface PrecisionOptions extends ResampleOptions {
  /** share of alarms that shall be right; 0.5 unless told */
  precision?: number
  /** share of anomalous cases where the threshold will be used; that of the sample unless told */
  prevalence?: number
}

/**
 * Of the thresholds whose precision is at least the asked one, the one with the highest sensitivity (an operating
 * point of the precision-recall curve; Davis & Goadrich 2006). With a prevalence given, precision is that of
 * Bayes' rule at that prevalence. Refuses where no threshold reaches it.
 */
export function precisionThreshold(
  samples: ThresholdSamples,
  options: PrecisionOptions = {}
): ThresholdResult {
  const method = 'precision'
  const { precision = 0.5, prevalence } = options
  if (!(precision > 0 && precision <= 1)) {
    return refuse(method, 'option-out-of-range', { option: 'precision' })
  }
  if (prevalence !== undefined && !(prevalence > 0 && prevalence < 1)) {
    return refuse(method, 'option-out-of-range', { option: 'prevalence' })
  }
  return labelledThreshold(
    method,
    samples,
    (points) => {
      const share = prevalence ?? points.anomalies / (points.anomalies + points.normals)
      let best = -1
      for (let i = 0; i < points.thresholds.length; i++) {
        const right = share * (points.truePositives[i] / points.anomalies)
        const wrong = (1 - share) * (points.falsePositives[i] / points.normals)
        const better = best < 0 || points.truePositives[i] > points.truePositives[best]
        if (right >= precision * (right + wrong) - 1e-12 && points.truePositives[i] > 0 && better) best = i
      }
      return best < 0 ? 'precision-not-reached' : best
    },
    options,
    prevalence === undefined ? [{ code: 'precision-at-sample-prevalence' }] : []
  )
}
