import { calibrationFalsePositiveRate, calibrationSensitivity } from './calibration-rates'
import { operatingPoints } from './operating-points'
import type { OperatingPoints } from './operating-points'
import { prepareSamples } from './prepare-samples'
import { resampleThreshold } from './resample-patients'
import type { ResampleOptions } from './resample-patients'
import { refuse } from './threshold-result'
import type { RefusalReason, ThresholdResult, ThresholdSamples, ThresholdWarning } from './threshold-result'

/** The index of the operating point that a criterion picks, or why it picks none. */
export type PickPoint = (points: OperatingPoints) => number | RefusalReason

/**
 * The course that all label-based methods share: check, sort, pick an operating point, refuse one that calls
 * everything anomalous, and resample patients for the interval.
 */
export function labelledThreshold(
  method: string,
  samples: ThresholdSamples,
  pick: PickPoint,
  options: ResampleOptions,
  moreWarnings: ThresholdWarning[] = []
): ThresholdResult {
  const prepared = prepareSamples(method, samples, 'both')
  if (prepared.kind === 'refused') return prepared
  const useful: PickPoint = (points) => {
    const picked = pick(points)
    if (typeof picked === 'number' && points.falsePositives[picked] === points.normals) {
      return 'only-everything-anomalous'
    }
    return picked
  }
  const points = operatingPoints(prepared.normals, prepared.anomalies)
  const picked = useful(points)
  if (typeof picked !== 'number') return refuse(method, picked)
  const threshold = points.thresholds[picked]
  const resampled = resampleThreshold(
    samples,
    'both',
    (normals, anomalies) => {
      if (normals.length === 0 || anomalies.length === 0) return null
      const drawn = operatingPoints(normals, anomalies)
      const point = useful(drawn)
      return typeof point === 'number' ? drawn.thresholds[point] : null
    },
    options
  )
  return {
    kind: 'threshold',
    method,
    level: samples.level,
    threshold,
    interval: resampled.interval,
    falsePositiveRate: calibrationFalsePositiveRate(samples, threshold),
    sensitivity: calibrationSensitivity(samples, threshold),
    sampleCounts: prepared.counts,
    warnings: [...prepared.warnings, ...moreWarnings, ...resampled.warnings]
  }
}

/** The first index with the highest value over all points; ties go to the stricter threshold. */
export function argMax(points: OperatingPoints, value: (index: number) => number): number {
  let best = 0
  let bestValue = -Infinity
  for (let i = 0; i < points.thresholds.length; i++) {
    const own = value(i)
    // differences of rounding size are ties
    if (own > bestValue + 1e-12) {
      best = i
      bestValue = own
    }
  }
  return best
}
