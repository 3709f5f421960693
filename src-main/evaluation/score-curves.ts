import { operatingPoints } from '../calibration/operating-points'
import type { RankedScores } from './ranking-metrics'

export interface RocPoint {
  threshold: number
  falsePositiveRate: number
  truePositiveRate: number
}

export interface PrecisionRecallPoint {
  threshold: number
  precision: number
  recall: number
}

/**
 * The ROC curve from the strictest threshold to the laxest, as scikit-learn's roc_curve(drop_intermediate=False); it
 * begins at (0, 0) with an infinite threshold.
 */
export function rocCurve({ normals, anomalies }: RankedScores): RocPoint[] {
  const points = operatingPoints(normals, anomalies)
  const curve: RocPoint[] = [{ threshold: Infinity, falsePositiveRate: 0, truePositiveRate: 0 }]
  points.thresholds.forEach((threshold, i) =>
    curve.push({
      threshold,
      falsePositiveRate: points.falsePositives[i] / points.normals,
      truePositiveRate: points.truePositives[i] / points.anomalies
    })
  )
  return curve
}

/**
 * Precision and recall at each distinct score, strictest first: scikit-learn's precision_recall_curve reversed, without
 * its added last point (precision 1, recall 0).
 */
export function precisionRecallCurve({ normals, anomalies }: RankedScores): PrecisionRecallPoint[] {
  const points = operatingPoints(normals, anomalies)
  return Array.from(points.thresholds, (threshold, i) => ({
    threshold,
    precision: points.truePositives[i] / (points.truePositives[i] + points.falsePositives[i]),
    recall: points.truePositives[i] / points.anomalies
  }))
}

/** At most `limit` points of a curve, evenly spread by index, with both ends. For plots and files. */
export function thinCurve<Point>(curve: readonly Point[], limit: number): Point[] {
  if (curve.length <= limit) return curve.slice()
  return Array.from({ length: limit }, (_, i) => curve[Math.round((i * (curve.length - 1)) / (limit - 1))])
}
