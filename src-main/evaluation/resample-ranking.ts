import { percentileOfSorted } from '../preprocess/percentile'
import { randomIndex, seededRandom } from '../calibration/seeded-random'

/** Cases of one patient whose scores are in one bin; bins count from 0, the highest scores. */
export interface RankedEntry {
  bin: number
  patient: number
  normals: number
  anomalies: number
}

export type Limits = [low: number, high: number]

export interface RankingIntervals {
  auroc: Limits
  averagePrecision: Limits
  bestDice: Limits
}

/** Entries times resamples that take some seconds. */
const workLimit = 1e9

/**
 * Percentile bootstrap limits (Efron & Tibshirani 1993) of ranking metrics, drawing patients with replacement. Scores
 * of one bin count as ties: exact where every distinct score has its own bin.
 * @param entries in rising order of bin
 * @returns null with fewer than two patients or where most draws lack a class
 */
export function resampleRanking(
  entries: readonly RankedEntry[],
  patients: number,
  { resamples = 1000, seed = 1, confidence = 0.95 } = {}
): RankingIntervals | null {
  const rounds = Math.min(resamples, Math.floor(workLimit / Math.max(1, entries.length)))
  if (patients < 2 || rounds < 100) return null
  const bin = Int32Array.from(entries, (entry) => entry.bin)
  const patient = Int32Array.from(entries, (entry) => entry.patient)
  const normals = Float64Array.from(entries, (entry) => entry.normals)
  const anomalies = Float64Array.from(entries, (entry) => entry.anomalies)
  const random = seededRandom(seed)
  const weights = new Float64Array(patients)
  const drawn: { auroc: number[]; averagePrecision: number[]; bestDice: number[] } = {
    auroc: [],
    averagePrecision: [],
    bestDice: []
  }
  for (let round = 0; round < rounds; round++) {
    weights.fill(0)
    for (let i = 0; i < patients; i++) weights[randomIndex(random, patients)]++
    let positives = 0
    let negatives = 0
    for (let i = 0; i < bin.length; i++) {
      positives += weights[patient[i]] * anomalies[i]
      negatives += weights[patient[i]] * normals[i]
    }
    if (positives === 0 || negatives === 0) continue
    let found = 0
    let alarms = 0
    let pairs = 0
    let precisions = 0
    let dice = 0
    for (let i = 0; i < bin.length;) {
      const own = bin[i]
      let moreFound = 0
      let moreAlarms = 0
      for (; i < bin.length && bin[i] === own; i++) {
        moreFound += weights[patient[i]] * anomalies[i]
        moreAlarms += weights[patient[i]] * normals[i]
      }
      pairs += moreAlarms * (2 * found + moreFound)
      found += moreFound
      alarms += moreAlarms
      if (found > 0) precisions += (moreFound / positives) * (found / (found + alarms))
      dice = Math.max(dice, (2 * found) / (positives + found + alarms))
    }
    drawn.auroc.push(pairs / 2 / positives / negatives)
    drawn.averagePrecision.push(precisions)
    drawn.bestDice.push(dice)
  }
  if (drawn.auroc.length < rounds / 2) return null
  const limits = (values: number[]): Limits => percentileLimits(values, confidence)
  return {
    auroc: limits(drawn.auroc),
    averagePrecision: limits(drawn.averagePrecision),
    bestDice: limits(drawn.bestDice)
  }
}

/** The central share of resampled values. */
export function percentileLimits(values: readonly number[], confidence: number): Limits {
  const sorted = Float64Array.from(values).sort()
  const tail = 50 * (1 - confidence)
  return [percentileOfSorted(sorted, tail), percentileOfSorted(sorted, 100 - tail)]
}
