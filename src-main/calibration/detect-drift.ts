import { percentileOfSorted } from '../preprocess/percentile'
import { compareByPermutation } from './compare-by-permutation'
import type { PatientScore } from './compare-by-permutation'
import { fisherExactGreater } from './fisher-exact'
import { kolmogorovSmirnov, kolmogorovSmirnovStatistic } from './kolmogorov-smirnov'
import { countByPatient, patientProportion } from './patient-proportion'
import { percentileTrend } from './percentile-trend'
import type { PercentileTrend } from './percentile-trend'
import { populationStability, stabilityLimits } from './population-stability'
import { probabilityHigher } from './probability-higher'
import type { RateEstimate } from './threshold-result'

/** Fewer patients than this on either side and no check is made. */
export const minimumDriftPatients = 20

/** Distribution, trend, verdicts: each gets its part of the false alarm rate. */
const maxFamilies = 3

/** The threshold's move that calls for a new calibration. */
export const movedLimit = 0.2

export interface DriftScore extends PatientScore {
  /** any ascending measure of time; null where unknown: then no trend is tested */
  time?: number | null
}

export interface VerdictCount {
  rejected: number
  total: number
}

export interface DriftRequest {
  /** normal scores that the threshold was learnt from */
  reference: readonly DriftScore[]
  /** recent normal scores (confirmed normal where that is known) */
  recent: readonly DriftScore[]
  /** threshold in use; the reference's percentile where absent */
  threshold?: number
  /** percentile that stands for the threshold when both sets are compared; 99 unless told */
  percent?: number
  /** verdicts on findings then and now */
  verdicts?: { reference: VerdictCount; recent: VerdictCount }
  /** probability that a check of unchanged scores gives any alarm; 0.01 unless told */
  falseAlarmRate?: number
  /** at least this many; more where the false alarm rate needs them */
  permutations?: number
  seed?: number
}

/** One check. `pValue` is adjusted for the checks made together; an alarm is a p-value at or under `limit`. */
export interface DriftCheck {
  alarm: boolean
  pValue: number
  limit: number
}

export interface DriftReport {
  kind: 'drift'
  /** any alarm at all */
  drifted: boolean
  /** `recalibrate`: an alarm, and the change is large enough to matter; `watch`: an alarm, but small */
  advice: 'steady' | 'watch' | 'recalibrate'
  /** per check of unchanged, exchangeable patients */
  falseAlarmRate: number
  patients: { reference: number; recent: number }
  cases: { reference: number; recent: number }
  kolmogorovSmirnov: DriftCheck & {
    statistic: number
    /** of scipy.stats.ks_2samp, which takes every score as a patient of its own */
    unclusteredPValue: number
  }
  populationStability: DriftCheck & { index: number }
  /** probability that a recent normal scores higher than one of the reference: 0.5 without change (Mann & Whitney) */
  rankShift: DriftCheck & { probabilityHigher: number }
  /** 95th percentile then and now */
  percentile95: { reference: number; recent: number; trend: (PercentileTrend & DriftCheck) | null }
  /** the percentile that sets the threshold, then and now */
  thresholdMove: DriftCheck & {
    percent: number
    reference: number
    recent: number
    /** (recent - reference) / |reference| */
    relative: number
    overLimit: boolean
  }
  /** recent normals at or over the threshold in use */
  falsePositiveRate: RateEstimate & { threshold: number }
  rejectedShare: (DriftCheck & { reference: number; recent: number }) | null
}

export interface DriftRefused {
  kind: 'refused'
  reason: 'scores-not-finite' | 'too-few-patients' | 'scores-all-equal'
  need?: number
  have?: number
}

/**
 * Compares recent normal scores with those that the threshold was learnt from. Three families of checks share the
 * stated false alarm rate (Bonferroni): the distribution (Kolmogorov-Smirnov distance, population stability index,
 * rank shift and the move of the threshold's percentile, by one permutation test over patients), the trend of the 95th percentile
 * (by permutation), and the share of rejected findings (Fisher's exact test, towards more rejections).
 */
export function detectDrift(request: DriftRequest): DriftReport | DriftRefused {
  const { reference, recent, percent = 99, falseAlarmRate = 0.01, permutations = 999, seed = 1 } = request
  const before = Float64Array.from(reference, ({ score }) => score).sort()
  const now = Float64Array.from(recent, ({ score }) => score).sort()
  if (!before.every(Number.isFinite) || !now.every(Number.isFinite)) {
    return { kind: 'refused', reason: 'scores-not-finite' }
  }
  const patients = { reference: countPatients(reference), recent: countPatients(recent) }
  const fewest = Math.min(patients.reference, patients.recent)
  if (fewest < minimumDriftPatients) {
    return { kind: 'refused', reason: 'too-few-patients', need: minimumDriftPatients, have: fewest }
  }
  if (before[0] === before[before.length - 1]) return { kind: 'refused', reason: 'scores-all-equal' }

  // so many that the smallest p-values, those of four distances tied at the top, lie well under the limit
  const rounds = Math.max(permutations, Math.ceil((2 * 4 * maxFamilies) / falseAlarmRate))
  const timed = recent.every(({ time }) => typeof time === 'number')
  const timedScores = recent.map((own) => ({ ...own, time: own.time ?? 0 }))
  const trend = timed ? percentileTrend(timedScores, { permutations: rounds, seed: seed + 1 }) : null
  const { verdicts } = request
  const families = 1 + (trend ? 1 : 0) + (verdicts ? 1 : 0)
  const limit = falseAlarmRate / families
  const check = (pValue: number): DriftCheck => ({ alarm: pValue <= limit, pValue, limit })

  const compared = compareByPermutation(
    reference,
    recent,
    [
      kolmogorovSmirnovStatistic,
      populationStability,
      (a, b) => percentileMove(a, b, percent),
      (a, b) => Math.abs(probabilityHigher(a, b) - 0.5)
    ],
    { permutations: rounds, seed }
  )
  const [distance, index] = compared.distances
  const referencePercentile = percentileOfSorted(before, percent)
  const recentPercentile = percentileOfSorted(now, percent)
  const relative = (recentPercentile - referencePercentile) / Math.abs(referencePercentile || 1)
  const threshold = request.threshold ?? referencePercentile
  const over = countByPatient(
    recent.length,
    (i) => recent[i].score >= threshold,
    recent.map(({ patient }) => patient)
  )
  const report: DriftReport = {
    kind: 'drift',
    drifted: false,
    advice: 'steady',
    falseAlarmRate,
    patients,
    cases: { reference: before.length, recent: now.length },
    kolmogorovSmirnov: {
      ...check(compared.adjusted[0]),
      statistic: distance,
      unclusteredPValue: kolmogorovSmirnov(before, now).pValue
    },
    populationStability: { ...check(compared.adjusted[1]), index },
    rankShift: { ...check(compared.adjusted[3]), probabilityHigher: probabilityHigher(before, now) },
    percentile95: {
      reference: percentileOfSorted(before, 95),
      recent: percentileOfSorted(now, 95),
      trend: trend && { ...trend, ...check(trend.pValue) }
    },
    thresholdMove: {
      ...check(compared.adjusted[2]),
      percent,
      reference: referencePercentile,
      recent: recentPercentile,
      relative,
      overLimit: Math.abs(relative) > movedLimit
    },
    falsePositiveRate: { ...patientProportion(over), source: 'held-out', threshold },
    rejectedShare: verdicts ? rejectedShare(verdicts, check) : null
  }
  return { ...report, ...judge(report) }
}

/** Any alarm but that of the verdicts. */
export function haveScoresChanged({
  kolmogorovSmirnov,
  populationStability,
  rankShift,
  thresholdMove,
  percentile95
}: Omit<DriftReport, 'drifted' | 'advice'>): boolean {
  const checks = [kolmogorovSmirnov, populationStability, rankShift, thresholdMove, percentile95.trend]
  return checks.some((check) => check?.alarm === true)
}

function judge(report: DriftReport): Pick<DriftReport, 'drifted' | 'advice'> {
  const { populationStability: psi, thresholdMove, rejectedShare } = report
  const scoresChanged = haveScoresChanged(report)
  const drifted = scoresChanged || rejectedShare?.alarm === true
  const matters = thresholdMove.overLimit || psi.index > stabilityLimits.changed
  return { drifted, advice: !drifted ? 'steady' : scoresChanged && matters ? 'recalibrate' : 'watch' }
}

function rejectedShare(
  { reference, recent }: NonNullable<DriftRequest['verdicts']>,
  check: (pValue: number) => DriftCheck
): DriftReport['rejectedShare'] {
  const pValue = fisherExactGreater(recent.rejected, recent.total, reference.rejected, reference.total)
  return {
    ...check(pValue),
    reference: reference.total > 0 ? reference.rejected / reference.total : 0,
    recent: recent.total > 0 ? recent.rejected / recent.total : 0
  }
}

function percentileMove(reference: Float64Array, recent: Float64Array, percent: number): number {
  return Math.abs(percentileOfSorted(recent, percent) - percentileOfSorted(reference, percent))
}

function countPatients(scores: readonly DriftScore[]): number {
  return new Set(scores.map(({ patient }) => patient)).size
}
