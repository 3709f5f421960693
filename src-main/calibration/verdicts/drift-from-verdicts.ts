import type { DriftPoint } from '../../contract/calibration-channels'
import { detectDrift } from '../detect-drift'
import type { DriftRefused, DriftReport } from '../detect-drift'
import { driftAdvice } from '../drift-advice'
import type { ScoreLevel } from '../threshold-result'
import { casesFromVerdicts } from './cases-from-verdicts'
import { countJudged, driftWindows, latestPatients } from './drift-windows'
import type { PatientRecord } from './drift-windows'
import type { JudgedVerdict } from './judged-verdict'

/** Where no threshold was approved, the reference are the site's first patients, at most so many. */
const firstPatients = 100

export interface SiteDriftRequest {
  /** current ones of one model and map, of the images that the threshold is for */
  verdicts: readonly JudgedVerdict[]
  level: ScoreLevel
  /** in use for these images */
  threshold: number
  /** percentile that stands for the threshold; 99 unless told */
  percent?: number
  /** ms since 1970: verdicts up to then taught the threshold in use; null where none was approved */
  taughtUntil: number | null
  falseAlarmRate?: number
  seed?: number
}

/** Side of the comparison; times in ms since 1970, null without patients. */
export interface DriftSide {
  patients: number
  from: number | null
  until: number | null
}

export interface SiteDrift {
  /** what recent scores are compared with */
  comparedWith: 'taught-threshold' | 'first-patients'
  level: ScoreLevel
  percent: number
  threshold: number
  reference: DriftSide
  recent: DriftSide
  report: DriftReport | DriftRefused
  /** what to do, in one or two plain sentences */
  advice: string
  windows: DriftPoint[]
}

/**
 * Whether confirmed normals still look like those that the threshold was learnt from. The reference are the normals of
 * patients first judged before the threshold was proposed, or the site's first patients where none was approved: the
 * model's manifest keeps quantiles of pixels of few patients, which no test of a stated false alarm rate can be made
 * of. A patient belongs to one side, by the first case.
 */
export function driftFromVerdicts(request: SiteDriftRequest): SiteDrift {
  const { verdicts, level, threshold, percent = 99, taughtUntil, falseAlarmRate, seed } = request
  const records = recordsOf(verdicts, level)
  const withScores = records.filter(({ scores }) => scores.length > 0)
  const split = taughtUntil ?? firstPatientsUntil(withScores)
  const reference = records.filter(({ since }) => since <= split)
  const later = records.filter(({ since }) => since > split)
  const laterWithScores = later.filter(({ scores }) => scores.length > 0)
  const recent = laterWithScores.slice(-latestPatients)
  const recentSince = recent[0]?.since ?? Infinity
  const judged = {
    reference: countJudged(reference),
    recent: countJudged(later.filter(({ since }) => since >= recentSince))
  }
  const report = detectDrift({
    reference: reference.flatMap(({ scores }) => scores),
    recent: recent.flatMap(({ scores }) => scores),
    threshold,
    percent,
    verdicts: judged.reference.total > 0 && judged.recent.total > 0 ? judged : undefined,
    falseAlarmRate,
    seed
  })
  return {
    comparedWith: taughtUntil === null ? 'first-patients' : 'taught-threshold',
    level,
    percent,
    threshold,
    reference: sideOf(reference),
    recent: sideOf(recent),
    report,
    advice: report.kind === 'drift' ? driftAdvice(report) : whyNoCheck(report),
    windows: driftWindows(reference, later, percent)
  }
}

/** Patients in the order of their first case. */
function recordsOf(verdicts: readonly JudgedVerdict[], level: ScoreLevel): PatientRecord[] {
  const { cases, findings, pastFindingsFloor } = casesFromVerdicts(verdicts, level)
  const byPatient = new Map<string, PatientRecord>()
  const recordOf = (patient: string, time: number): PatientRecord => {
    const known = byPatient.get(patient)
    const record = known ?? { patient, scores: [], judged: { rejected: 0, total: 0 }, since: time }
    record.since = Math.min(record.since, time)
    byPatient.set(patient, record)
    return record
  }
  // peaks of findings end at the threshold that they were shown at: compared is what was shown at every one of them
  const floor = level === 'finding' ? pastFindingsFloor : -Infinity
  for (const { patient, score, label, time } of cases) {
    if (label !== 'normal' || score < floor) continue
    recordOf(patient, time ?? 0).scores.push({ patient, score, time })
  }
  for (const { id, patient, label, time } of findings) {
    if (id.startsWith('unjudged:') || id.startsWith('missed:')) continue
    const { judged } = recordOf(patient, time ?? 0)
    judged.total += 1
    if (label === 'normal') judged.rejected += 1
  }
  return [...byPatient.values()].sort((a, b) => a.since - b.since || a.patient.localeCompare(b.patient))
}

function firstPatientsUntil(records: readonly PatientRecord[]): number {
  const count = Math.min(firstPatients, Math.floor(records.length / 2))
  return records[count - 1]?.since ?? -Infinity
}

function sideOf(records: readonly PatientRecord[]): DriftSide {
  const withScores = records.filter(({ scores }) => scores.length > 0)
  const [first, last] = [withScores[0], withScores[withScores.length - 1]]
  return { patients: withScores.length, from: first?.since ?? null, until: last?.since ?? null }
}

function whyNoCheck({ reason, need, have }: DriftRefused): string {
  switch (reason) {
    case 'too-few-patients': {
      const missing = (need ?? 0) - (have ?? 0)
      return (
        `No check yet: it needs confirmed normals of ${need} patients before and after, and one side has ${have}. ` +
        `Mark slices or studies of ${missing} more ${missing === 1 ? 'patient' : 'patients'} as normal.`
      )
    }
    case 'scores-all-equal':
      return 'No check possible: all scores that the threshold was learnt from are equal.'
    case 'scores-not-finite':
      return 'No check possible: some scores are not finite numbers.'
  }
}
