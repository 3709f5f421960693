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
  const buffer = new Float64Array(scores.length)
  const percentiles = (order: readonly TimedScore[][]): number[] =>
    Array.from({ length: windows }, (_, window) => {
      let count = 0
      for (
        let i = startOf(window, order.length, windows);
        i < startOf(window + 1, order.length, windows);
        i++
      ) {
        for (const { score } of order[i]) buffer[count++] = score
      }
      return percentileOfSorted(buffer.subarray(0, count).sort(), percent)
    })
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
    windows: own.map((percentile, window) => {
      const [from, to] = [window, window + 1].map((edge) => startOf(edge, patients.length, windows))
      const cases = patients.slice(from, to)
      return {
        time: cases[cases.length - 1][0].time,
        cases: cases.reduce((count, scoresOf) => count + scoresOf.length, 0),
        percentile
      }
    }),
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

/** Index of the first patient of a window. */
function startOf(window: number, patients: number, windows: number): number {
  return Math.floor((window * patients) / windows)
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
