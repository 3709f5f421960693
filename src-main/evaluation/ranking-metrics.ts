import { walkDescending } from '../calibration/operating-points'

/** Scores of both classes, each ascending. */
export interface RankedScores {
  normals: Float32Array | Float64Array
  anomalies: Float32Array | Float64Array
}

export interface RankingMetrics {
  /** area under the ROC curve, ties at half (as scikit-learn's roc_auc_score) */
  auroc: number
  /** sum of (R_n - R_(n-1)) P_n over distinct scores (as scikit-learn's average_precision_score) */
  averagePrecision: number
  /** highest Dice over all thresholds: an oracle's, since it looks at the truth */
  bestDice: { dice: number; threshold: number }
}

/**
 * AUROC, average precision and best Dice in one walk over the sorted scores, exact for ties.
 * @returns null where a class is missing
 */
export function rankingMetrics({ normals, anomalies }: RankedScores): RankingMetrics | null {
  if (normals.length === 0 || anomalies.length === 0) return null
  const positives = anomalies.length
  let found = 0
  let alarms = 0
  // twice the number of pairs ordered right: whole numbers, exact up to 2^53
  let pairs = 0
  let averagePrecision = 0
  let bestDice = { dice: -1, threshold: Infinity }
  walkDescending(normals, anomalies, (score, truePositives, falsePositives) => {
    pairs += (falsePositives - alarms) * (found + truePositives)
    averagePrecision +=
      ((truePositives - found) / positives) * (truePositives / (truePositives + falsePositives))
    const dice = (2 * truePositives) / (positives + truePositives + falsePositives)
    if (dice > bestDice.dice) bestDice = { dice, threshold: score }
    found = truePositives
    alarms = falsePositives
  })
  return { auroc: pairs / 2 / normals.length / positives, averagePrecision, bestDice }
}
