import { percentileOfSorted } from '../preprocess/percentile'
import { randomIndex, seededRandom } from './seeded-random'
import type { Interval, ThresholdSamples, ThresholdWarning } from './threshold-result'

export interface ResampleOptions {
  /** resamples; 1000 unless told */
  resamples?: number
  seed?: number
  confidence?: number
}

/** Scores times resamples beyond which a desk computer would take more than some seconds. */
const workLimit = 6e7
const fewestResamples = 200

/**
 * Percentile bootstrap interval of a threshold, drawing patients with replacement (Efron & Tibshirani 1993; for
 * clusters Field & Welsh 2007). Where patients are not given, normals and anomalies are drawn apart.
 * @param learn the threshold for ascending normals and anomalies; null where there is none
 * @returns the interval, absent where it would take too long, and what to warn of
 */
export function resampleThreshold(
  samples: ThresholdSamples,
  labels: 'normals-only' | 'both',
  learn: (normals: Float64Array, anomalies: Float64Array) => number | null,
  options: ResampleOptions = {}
): { interval?: Interval; warnings: ThresholdWarning[] } {
  const { seed = 1, confidence = 0.95 } = options
  const anomalies = labels === 'both' ? (samples.anomalies ?? []) : []
  const size = samples.normals.length + anomalies.length
  const resamples = Math.min(options.resamples ?? 1000, Math.floor(workLimit / size))
  if (resamples < Math.min(fewestResamples, options.resamples ?? fewestResamples)) {
    return { warnings: [{ code: 'interval-not-computed', cases: size }] }
  }
  const draw = drawing(samples.normals, anomalies, samples, seededRandom(seed))
  const thresholds: number[] = []
  for (let i = 0; i < resamples; i++) {
    const drawn = draw()
    const threshold = learn(drawn.normals.sort(), drawn.anomalies.sort())
    if (threshold !== null && Number.isFinite(threshold)) thresholds.push(threshold)
  }
  const failed = resamples - thresholds.length
  const warnings: ThresholdWarning[] =
    failed > 0.05 * resamples ? [{ code: 'unstable-under-resampling', failed, resamples }] : []
  if (thresholds.length < resamples / 2) return { warnings }
  thresholds.sort((a, b) => a - b)
  const tail = ((1 - confidence) / 2) * 100
  const low = percentileOfSorted(thresholds, tail)
  const high = percentileOfSorted(thresholds, 100 - tail)
  return { interval: { low, high, confidence }, warnings }
}

function drawing(
  normals: ArrayLike<number>,
  anomalies: ArrayLike<number>,
  samples: ThresholdSamples,
  random: () => number
): () => { normals: Float64Array; anomalies: Float64Array } {
  if (!samples.normalPatients) {
    const pick = (from: ArrayLike<number>): Float64Array =>
      Float64Array.from({ length: from.length }, () => from[randomIndex(random, from.length)])
    return () => ({ normals: pick(normals), anomalies: pick(anomalies) })
  }
  const byPatient = new Map<string, { normals: number[]; anomalies: number[] }>()
  const ownOf = (patient: string): { normals: number[]; anomalies: number[] } => {
    let own = byPatient.get(patient)
    if (!own) byPatient.set(patient, (own = { normals: [], anomalies: [] }))
    return own
  }
  for (let i = 0; i < normals.length; i++) ownOf(samples.normalPatients[i]).normals.push(normals[i])
  for (let i = 0; i < anomalies.length; i++) {
    // an anomaly without a patient stands for a patient of its own
    ownOf(samples.anomalyPatients?.[i] ?? `\u0000anomaly ${i}`).anomalies.push(anomalies[i])
  }
  const patients = [...byPatient.values()]
  return () => {
    const drawn = patients.map(() => patients[randomIndex(random, patients.length)])
    return { normals: flatten(drawn, 'normals'), anomalies: flatten(drawn, 'anomalies') }
  }
}

function flatten(
  drawn: { normals: number[]; anomalies: number[] }[],
  key: 'normals' | 'anomalies'
): Float64Array {
  const flat = new Float64Array(drawn.reduce((sum, own) => sum + own[key].length, 0))
  let at = 0
  for (const own of drawn) {
    flat.set(own[key], at)
    at += own[key].length
  }
  return flat
}
