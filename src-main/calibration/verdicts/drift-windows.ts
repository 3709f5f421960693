import gammaincinv from '@stdlib/math-base-special-gammaincinv'
import type { DriftPoint } from '../../contract/calibration-channels'
import { percentileOfSorted } from '../../preprocess/percentile'
import type { DriftScore, VerdictCount } from '../detect-drift'
import { kolmogorovSmirnovStatistic } from '../kolmogorov-smirnov'
import { patientProportion } from '../patient-proportion'
import { populationStability } from '../population-stability'

/** Normal scores and verdicts of one patient. */
export interface PatientRecord {
  patient: string
  /** of normals, score units; none where the patient gave verdicts on findings only */
  scores: DriftScore[]
  /** verdicts on findings */
  judged: VerdictCount
  /** ms since 1970 of the patient's first case */
  since: number
}

/** Probability that a point of unchanged scores lies over its limit. */
export const windowAlarmRate = 0.01

/** The test looks at no more than the latest patients, so that a change shows before it is diluted. */
export const latestPatients = 60

const fewestPatients = 20
const mostWindows = 24
const bins = 10

/**
 * Cuts patients in time order into windows of equal size and measures each against the reference. The limits say how
 * far chance alone carries one window with probability {@link windowAlarmRate}, patients counted as cases: Smirnov's
 * for the distance (1948), the chi-square of the stability index (Yurdakul & Naranjo 2020).
 * @param recent in the order of their first case
 * @param percent percentile that stands for the threshold
 * @returns none for fewer than 20 patients on either side
 */
export function driftWindows(
  reference: readonly PatientRecord[],
  recent: readonly PatientRecord[],
  percent: number
): DriftPoint[] {
  const withScores = recent.filter(({ scores }) => scores.length > 0)
  const before = sortedScores(reference)
  const referencePatients = reference.filter(({ scores }) => scores.length > 0).length
  const count = Math.min(mostWindows, Math.floor(withScores.length / fewestPatients))
  if (count < 1 || referencePatients < fewestPatients) return []
  return Array.from({ length: count }, (_, window) => {
    const edge = (place: number): number => Math.floor((place * withScores.length) / count)
    const own = withScores.slice(edge(window), edge(window + 1))
    const now = sortedScores(own)
    const trailing = sortedScores(
      withScores.slice(Math.max(0, edge(window + 1) - latestPatients), edge(window + 1))
    )
    const noise = 1 / own.length + 1 / referencePatients
    const expected = percentileOfSorted(before, percent)
    const [from, until] = [own[0].since, own[own.length - 1].since]
    const last = window === count - 1
    const judged = recent.filter(
      ({ since }) => (window === 0 || since >= from) && (last || since < withScores[edge(window + 1)].since)
    )
    return {
      from,
      until,
      patients: own.length,
      cases: now.length,
      kolmogorovSmirnov: {
        value: kolmogorovSmirnovStatistic(before, now),
        limit: Math.sqrt((-Math.log(windowAlarmRate / 2) / 2) * noise)
      },
      populationStability: {
        value: populationStability(before, now, bins),
        limit: 2 * gammaincinv(1 - windowAlarmRate, (bins - 1) / 2) * noise
      },
      percentile95: percentileOfSorted(trailing, 95),
      thresholdMove: (percentileOfSorted(trailing, percent) - expected) / Math.abs(expected || 1),
      rejected: rejectedShare(judged)
    }
  })
}

/** Verdicts on findings, added up. */
export function countJudged(records: readonly PatientRecord[]): VerdictCount {
  return records.reduce(
    (sum, { judged }) => ({ rejected: sum.rejected + judged.rejected, total: sum.total + judged.total }),
    { rejected: 0, total: 0 }
  )
}

function rejectedShare(records: readonly PatientRecord[]): DriftPoint['rejected'] {
  const { rejected, total } = countJudged(records)
  if (total === 0) return null
  const counted = { count: rejected, cases: total, patients: records.length, effectiveCases: total }
  const { estimate, low, high } = patientProportion(counted)
  return { value: estimate, low, high }
}

function sortedScores(records: readonly PatientRecord[]): Float64Array {
  return Float64Array.from(records.flatMap(({ scores }) => scores.map(({ score }) => score))).sort()
}
