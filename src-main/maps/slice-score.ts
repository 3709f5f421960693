import { assertNever } from '../contract/errors'
import type { MapName, ModelManifest } from '../contract/manifest'
import { percentileOfFloats } from '../preprocess/percentile'

/** The map that a model's slice score is a quantile of; null where the score is no map's. */
export function scoredMapOf({ sliceScore }: ModelManifest): MapName | null {
  return sliceScore.score?.rule === 'map-quantile' ? sliceScore.score.map : null
}

/**
 * One score of a slice, by the manifest's choice: the ELBO rec + beta * KL, KL alone, both per-sample sums on the
 * model grid, or a quantile of a standardised map over the eroded foreground. Higher is less normal.
 * @param outputs kl is null for models without a latent distribution
 * @param eroded [rows * columns], 0 or 1
 * @param onSource gives a map in score units on the source grid, [rows * columns]; asked for quantiles alone
 * @returns 0 for a quantile of a slice without foreground
 */
export function sliceScoreOf(
  outputs: { rec: number; kl: number | null },
  { losses, sliceScore }: Pick<ModelManifest, 'losses' | 'sliceScore'>,
  eroded: Uint8Array,
  onSource: (map: MapName) => Float32Array
): number {
  const { rec, kl } = outputs
  const choice = sliceScore.score ?? { rule: 'elbo' as const }
  switch (choice.rule) {
    case 'elbo':
      return rec + losses.beta * (kl ?? 0)
    case 'kl':
      return kl ?? 0
    case 'map-quantile':
      return quantileInside(onSource(choice.map), eroded, choice.quantile)
    default:
      return assertNever(choice)
  }
}

function quantileInside(scores: Float32Array, eroded: Uint8Array, quantile: number): number {
  const inside = new Float32Array(scores.length)
  let count = 0
  for (let pixel = 0; pixel < scores.length; pixel++) if (eroded[pixel]) inside[count++] = scores[pixel]
  return count > 0 ? percentileOfFloats(inside.subarray(0, count), 100 * quantile) : 0
}
