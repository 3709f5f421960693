import { labelledThreshold } from './labelled-threshold'
import type { ResampleOptions } from './resample-patients'
import { refuse } from './threshold-result'
import type { ThresholdResult, ThresholdSamples } from './threshold-result'

export interface FixedSensitivityOptions extends ResampleOptions {
  /** share of anomalies to be found, over 0 up to 1; 0.9 unless told */
  sensitivity?: number
}

/**
 * The strictest threshold that finds at least the asked share of the anomalies (an operating point on the empirical
 * ROC curve; Zweig & Campbell 1993, Clin Chem 39:561). Refuses where only calling everything anomalous does.
 */
export function fixedSensitivityThreshold(
  samples: ThresholdSamples,
  options: FixedSensitivityOptions = {}
): ThresholdResult {
  const method = 'fixed-sensitivity'
  const { sensitivity = 0.9 } = options
  if (!(sensitivity > 0 && sensitivity <= 1)) {
    return refuse(method, 'option-out-of-range', { option: 'sensitivity' })
  }
  return labelledThreshold(
    method,
    samples,
    // a share met but for rounding counts as met
    (points) => points.truePositives.findIndex((found) => found >= sensitivity * points.anomalies - 1e-9),
    options
  )
}
