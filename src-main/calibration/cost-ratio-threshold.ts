import { argMax, labelledThreshold } from './labelled-threshold'
import type { ResampleOptions } from './resample-patients'
import { refuse } from './threshold-result'
import type { ThresholdResult, ThresholdSamples } from './threshold-result'

export interface CostRatioOptions extends ResampleOptions {
  /** cost of a missed anomaly over the cost of a false alarm; 10 unless told */
  costRatio?: number
  /** share of anomalous cases where the threshold will be used; that of the sample unless told */
  prevalence?: number
}

/**
 * The threshold with the lowest expected cost, prevalence * costRatio * (1 - sensitivity) +
 * (1 - prevalence) * (1 - specificity) (Metz 1978, Semin Nucl Med 8:283). Refuses where calling everything, or
 * nothing, anomalous costs no more.
 */
export function costRatioThreshold(
  samples: ThresholdSamples,
  options: CostRatioOptions = {}
): ThresholdResult {
  const method = 'cost-ratio'
  const { costRatio = 10, prevalence } = options
  if (!(costRatio > 0 && Number.isFinite(costRatio))) {
    return refuse(method, 'option-out-of-range', { option: 'costRatio' })
  }
  if (prevalence !== undefined && !(prevalence > 0 && prevalence < 1)) {
    return refuse(method, 'option-out-of-range', { option: 'prevalence' })
  }
  return labelledThreshold(
    method,
    samples,
    (points) => {
      const share = prevalence ?? points.anomalies / (points.anomalies + points.normals)
      const gain = (i: number): number =>
        share * costRatio * (points.truePositives[i] / points.anomalies) -
        (1 - share) * (points.falsePositives[i] / points.normals)
      const best = argMax(points, gain)
      return gain(best) > 1e-12 ? best : 'only-nothing-anomalous'
    },
    options
  )
}
