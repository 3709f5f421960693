import { percentileOfSorted } from '../preprocess/percentile'
import { randomIndex, seededRandom } from './seeded-random'

export interface TimedScore {
  score: number
  patient: string
  time: number
}

export interface PercentileTrend {
  /** in time order; `time` is that of the window's last patient */
  windows: { time: number; cases: number; percentile: number }[]
  /** least-squares change of the percentile from the first window to the last, score units */
  change: number
  /** two-sided, by permuting the order of patients */
  pValue: number
}

/** A percentile of fewer patients than this is noise. */
const patientsPerWindow = 10

/**
 * Whether a high percentile of recent normal scores climbs or falls with time: patients in order of their first
 * score, cut into 3 to 12 windows of equal size, a line through the windows' percentiles, and a permutation test of
 * its slope (exact for exchangeable patients; Good 2005).
 * @returns null for fewer than 30 patients
 */
export function percentileTrend(
  scores: readonly TimedScore[],
  { percent = 95, permutations = 999, seed = 1 } = {}
): PercentileTrend | null {
  const patients = patientsInOrder(scores)
  const windows = Math.min(12, Math.floor(patients.length / patientsPerWindow))
  if (windows < 3) return null
  const percentiles = (order: readonly TimedScore[][]): number[] =>
    cut(order, windows).map((window) =>
      percentileOfSorted(
        Float64Array.from(
          window.reduce<TimedScore[]>((all, own) => all.concat(own), []),
          (own) => own.score
        ).sort(),
        percent
      )
    )
  const own = percentiles(patients)
  const observed = slope(own)
  const random = seededRandom(seed)
  const shuffled = patients.slice()
  let asExtreme = 1
  for (let round = 0; round < permutations; round++) {
    for (let i = shuffled.length - 1; i > 0; i--) {
      const j = randomIndex(random, i + 1)
      const moved = shuffled[i]
      shuffled[i] = shuffled[j]
      shuffled[j] = moved
    }
    if (Math.abs(slope(percentiles(shuffled))) >= Math.abs(observed) * (1 - 1e-12)) asExtreme++
  }
  return {
    windows: cut(patients, windows).map((window, i) => ({
      time: window[window.length - 1][0].time,
      cases: window.reduce((count, cases) => count + cases.length, 0),
      percentile: own[i]
    })),
    change: observed * (windows - 1),
    pValue: asExtreme / (permutations + 1)
  }
}

function patientsInOrder(scores: readonly TimedScore[]): TimedScore[][] {
  const byPatient = new Map<string, TimedScore[]>()
  for (const own of scores.slice().sort((a, b) => a.time - b.time)) {
    const cases = byPatient.get(own.patient)
    if (cases) cases.push(own)
    else byPatient.set(own.patient, [own])
  }
  return [...byPatient.values()]
}

function cut<Item>(items: readonly Item[], parts: number): Item[][] {
  return Array.from({ length: parts }, (_, part) =>
    items.slice(Math.floor((part * items.length) / parts), Math.floor(((part + 1) * items.length) / parts))
  )
}

/** Least-squares slope of values at 0, 1, 2, … */
function slope(values: readonly number[]): number {
  const middle = (values.length - 1) / 2
  let along = 0
  let squares = 0
  values.forEach((value, i) => {
    along += (i - middle) * value
    squares += (i - middle) ** 2
  })
  return along / squares
}
