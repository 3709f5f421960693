import type { EvaluationImage } from './evaluation-image'
import type { RankedScores } from './ranking-metrics'
import type { RankedEntry } from './resample-ranking'

/** Quantiles of each class that the bins begin at. */
const binsPerClass = 1024

/**
 * Counts pixels by patient in up to 2048 bins that begin at quantiles of both classes, so that resampling need not go
 * over all pixels again. Limits from it differ from exact ones by about 1 / 1024 at most.
 * @param patientOf index of each image's patient
 */
export function binPixels(
  images: readonly EvaluationImage[],
  ranked: RankedScores,
  patientOf: readonly number[],
  patients: number
): RankedEntry[] {
  const edges = Float64Array.from([...quantiles(ranked.normals), ...quantiles(ranked.anomalies)]).sort()
  const distinct = edges.filter((edge, i) => i === 0 || edge !== edges[i - 1])
  const bins = distinct.length + 1
  const normals = new Float64Array(bins * patients)
  const anomalies = new Float64Array(bins * patients)
  images.forEach(({ scores, mask }, image) => {
    const offset = patientOf[image] * bins
    for (let i = 0; i < scores.length; i++) {
      const counts = mask[i] !== 0 ? anomalies : normals
      counts[offset + countUpTo(distinct, scores[i])]++
    }
  })
  const entries: RankedEntry[] = []
  for (let bin = bins - 1; bin >= 0; bin--) {
    for (let patient = 0; patient < patients; patient++) {
      const at = patient * bins + bin
      if (normals[at] === 0 && anomalies[at] === 0) continue
      entries.push({ bin: bins - 1 - bin, patient, normals: normals[at], anomalies: anomalies[at] })
    }
  }
  return entries
}

function quantiles(sorted: ArrayLike<number>): number[] {
  const count = Math.min(binsPerClass, sorted.length)
  return Array.from({ length: count }, (_, i) => sorted[Math.floor((i * sorted.length) / count)])
}

/** Number of ascending edges at or below a score. */
function countUpTo(edges: Float64Array, score: number): number {
  let low = 0
  let high = edges.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (edges[middle] <= score) low = middle + 1
    else high = middle
  }
  return low
}
