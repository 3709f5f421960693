import betaincinv from '@stdlib/math-base-special-betaincinv'
import { clopperPearson } from './binomial-interval'

export interface ClusteredCount {
  /** cases with the property */
  count: number
  cases: number
  patients: number
  /** the number of independent cases that would leave the same uncertainty, at most `cases` */
  effectiveCases: number
}

/**
 * How many cases have a property, and how many independent cases they are worth when a patient gives several:
 * the effective sample size of Korn & Graubard (1998, Survey Methodology 24:193-201), from the variance of the
 * ratio estimator over patients. Where none or all have the property that variance says nothing: then a patient
 * counts as one case.
 * @param has whether the case at an index has the property
 * @param patients of the cases; each case a patient of its own where absent
 */
export function countByPatient(
  cases: number,
  has: (index: number) => boolean,
  patients?: readonly string[],
  confidence = 0.95
): ClusteredCount {
  let count = 0
  if (!patients) {
    for (let i = 0; i < cases; i++) if (has(i)) count++
    return { count, cases, patients: cases, effectiveCases: cases }
  }
  const perPatient = new Map<string, { count: number; cases: number }>()
  for (let i = 0; i < cases; i++) {
    let own = perPatient.get(patients[i])
    if (!own) perPatient.set(patients[i], (own = { count: 0, cases: 0 }))
    own.cases++
    if (!has(i)) continue
    own.count++
    count++
  }
  const clusters = perPatient.size
  if (clusters === cases) return { count, cases, patients: cases, effectiveCases: cases }
  if (count === 0 || count === cases || clusters < 2) {
    return { count, cases, patients: clusters, effectiveCases: clusters }
  }
  const rate = count / cases
  let squares = 0
  for (const own of perPatient.values()) squares += (own.count - rate * own.cases) ** 2
  const variance = ((clusters / (clusters - 1)) * squares) / cases ** 2
  const designEffect = Math.max(1, variance / ((rate * (1 - rate)) / cases))
  const tail = (1 - confidence) / 2
  const inflation = (studentQuantile(tail, clusters - 1) / studentQuantile(tail, cases - 1)) ** 2
  return { count, cases, patients: clusters, effectiveCases: cases / designEffect / Math.max(1, inflation) }
}

/**
 * Exact limits of a proportion whose cases cluster by patient: Clopper-Pearson at the effective sample size.
 * Without clusters this is plain Clopper-Pearson.
 */
export function patientProportion(
  counted: ClusteredCount,
  confidence = 0.95
): { estimate: number; low: number; high: number } {
  const estimate = counted.count / counted.cases
  const [low, high] = clopperPearson(estimate * counted.effectiveCases, counted.effectiveCases, confidence)
  return { estimate, low, high }
}

/** |t| that a Student t variable exceeds with probability 2 * tail (by the inverse incomplete beta function). */
export function studentQuantile(tail: number, freedom: number): number {
  const x = betaincinv(2 * tail, freedom / 2, 0.5)
  return Math.sqrt(freedom * (1 / x - 1))
}
