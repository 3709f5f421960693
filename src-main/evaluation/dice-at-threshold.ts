import type { EvaluationImage } from './evaluation-image'

/** Pixel counts of one or many images at a threshold. */
export interface PixelCounts {
  truePositives: number
  falsePositives: number
  falseNegatives: number
}

/** Counts the pixels at or over a threshold against the mask. */
export function countPixels({ scores, mask }: EvaluationImage, threshold: number): PixelCounts {
  const counts = { truePositives: 0, falsePositives: 0, falseNegatives: 0 }
  for (let i = 0; i < scores.length; i++) {
    const over = scores[i] >= threshold
    if (mask[i] !== 0) {
      if (over) counts.truePositives++
      else counts.falseNegatives++
    } else if (over) counts.falsePositives++
  }
  return counts
}

/** Dice = 2 TP / (2 TP + FP + FN); null where neither mask nor map has a pixel. */
export function diceOf({ truePositives, falsePositives, falseNegatives }: PixelCounts): number | null {
  const total = 2 * truePositives + falsePositives + falseNegatives
  return total === 0 ? null : (2 * truePositives) / total
}

/** The counts of several images together. */
export function sumCounts(all: readonly PixelCounts[]): PixelCounts {
  return all.reduce(
    (sum, own) => ({
      truePositives: sum.truePositives + own.truePositives,
      falsePositives: sum.falsePositives + own.falsePositives,
      falseNegatives: sum.falseNegatives + own.falseNegatives
    }),
    { truePositives: 0, falsePositives: 0, falseNegatives: 0 }
  )
}
