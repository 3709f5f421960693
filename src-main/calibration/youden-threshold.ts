import { argMax, labelledThreshold } from './labelled-threshold'
import type { ResampleOptions } from './resample-patients'
import type { ThresholdResult, ThresholdSamples } from './threshold-result'

/**
 * The threshold with the largest sensitivity + specificity - 1 (Youden 1950, Cancer 3:32). Refuses where no
 * threshold does better than chance. Ties go to the stricter threshold.
 */
export function youdenThreshold(samples: ThresholdSamples, options: ResampleOptions = {}): ThresholdResult {
  return labelledThreshold(
    'youden',
    samples,
    (points) => {
      const index = (i: number): number =>
        points.truePositives[i] / points.anomalies - points.falsePositives[i] / points.normals
      const best = argMax(points, index)
      return index(best) > 1e-12 ? best : 'no-separation'
    },
    options
  )
}
