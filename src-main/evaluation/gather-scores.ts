import type { EvaluationImage } from './evaluation-image'
import type { RankedScores } from './ranking-metrics'

/**
 * Puts the pixels of all images into one ascending array for each class. Memory: one copy of the scores.
 * @returns float32 arrays where all maps are float32, else float64
 */
export function gatherPixels(images: readonly EvaluationImage[]): RankedScores {
  const total = images.reduce((sum, { scores }) => sum + scores.length, 0)
  const positive = images.reduce((sum, { mask }) => sum + countNonZero(mask), 0)
  const narrow = images.every(({ scores }) => scores instanceof Float32Array)
  const normals = narrow ? new Float32Array(total - positive) : new Float64Array(total - positive)
  const anomalies = narrow ? new Float32Array(positive) : new Float64Array(positive)
  let n = 0
  let a = 0
  for (const { scores, mask } of images) {
    for (let i = 0; i < scores.length; i++) {
      if (mask[i] !== 0) anomalies[a++] = scores[i]
      else normals[n++] = scores[i]
    }
  }
  return { normals: normals.sort(), anomalies: anomalies.sort() }
}

function countNonZero(mask: Uint8Array): number {
  let count = 0
  for (const value of mask) if (value !== 0) count++
  return count
}
