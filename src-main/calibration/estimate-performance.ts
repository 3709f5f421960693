import { countPerImage } from './count-per-image'
import { countByPatient, patientProportion } from './patient-proportion'
import type { ScoredCase } from './scored-case'
import type { RateEstimate, ThresholdWarning } from './threshold-result'

/** Fewer held-out verdicts than these and a figure is not shown. */
export const minimumHeldOut = { normals: 20, anomalies: 10, patients: 10, searchedStudies: 10 } as const

/**
 * Held-out findings, for figures that count what a reader sees while the threshold is learnt at another level.
 */
export interface HeldOutFindings {
  findings: readonly ScoredCase[]
  /**
   * studies in which every finding at or over `knownFrom` has been judged: false alarms are counted in these alone, and
   * not where the threshold lies lower
   */
  searched: readonly { patient: string; study: string; knownFrom: number }[]
  /** the lowest threshold that is compared: figures at all of them come from the same studies */
  comparedFrom: number
}

/** What a threshold does to held-out cases. Null: the verdicts cannot tell. */
export interface Performance {
  threshold: number
  /** share of held-out normals at or over the threshold */
  falsePositiveRate: RateEstimate | null
  /** false alarms per study that has a verdict of normal, or per searched study where findings are given */
  falsePositivesPerStudy: RateEstimate | null
  /** share of the anomalies in completely read studies that are at or over the threshold */
  sensitivity: RateEstimate | null
  counts: {
    normals: number
    anomalies: number
    /** anomalies from completely read studies, which alone tell of misses */
    anomaliesOfCompleteStudies: number
    patients: number
    studies: number
  }
  warnings: ThresholdWarning[]
}

/**
 * The figures of a threshold on held-out verdicts, with exact 95 % limits at the effective number of cases.
 * Sensitivity comes only from studies that a reader marked as completely read: elsewhere only shown findings have
 * verdicts, so that a missed anomaly leaves no trace (verification bias; Begg & Greenes 1983, Biometrics 39:207).
 * @param heldOut cases that neither trained the model nor taught the threshold
 * @param reading where given, false positives per study and sensitivity come from these findings
 */
export function estimatePerformance(
  heldOut: readonly ScoredCase[],
  threshold: number,
  reading?: HeldOutFindings
): Performance {
  const normals = heldOut.filter(({ label }) => label === 'normal')
  const anomalies = (reading?.findings ?? heldOut).filter(({ label }) => label === 'anomalous')
  const known = anomalies.filter(({ studyComplete }) => studyComplete)
  const warnings: ThresholdWarning[] = []
  const patients = new Set([...normals, ...anomalies].map(({ patient }) => patient)).size
  const searched = reading?.searched.filter(({ knownFrom }) => knownFrom <= reading.comparedFrom)
  const studies = searched?.length ?? new Set(normals.map(studyKey)).size

  const enoughNormals =
    normals.length >= minimumHeldOut.normals &&
    new Set(normals.map(({ patient }) => patient)).size >= minimumHeldOut.patients
  if (heldOut.length === 0) warnings.push({ code: 'no-held-out-figures' })
  else if (!enoughNormals) {
    warnings.push({
      code: 'too-few-held-out',
      normals: normals.length,
      need: minimumHeldOut.normals,
      patients
    })
  }
  if (known.length < anomalies.length) {
    warnings.push({ code: 'incomplete-studies-left-out', anomalies: anomalies.length - known.length })
  }
  const enoughAnomalies = known.length >= minimumHeldOut.anomalies
  if (!enoughAnomalies && heldOut.length > 0) {
    warnings.push({ code: 'sensitivity-unknown', have: known.length, need: minimumHeldOut.anomalies })
  }
  if (searched && studies < minimumHeldOut.searchedStudies) {
    warnings.push({ code: 'too-few-searched-studies', have: studies, need: minimumHeldOut.searchedStudies })
  }
  return {
    threshold,
    falsePositiveRate: enoughNormals ? shareOver(normals, threshold) : null,
    falsePositivesPerStudy: searched
      ? perSearchedStudy(reading?.findings ?? [], searched, threshold)
      : enoughNormals
        ? perStudy(normals, threshold, studies)
        : null,
    sensitivity: enoughAnomalies ? shareOver(known, threshold) : null,
    counts: {
      normals: normals.length,
      anomalies: anomalies.length,
      anomaliesOfCompleteStudies: known.length,
      patients,
      studies
    },
    warnings
  }
}

function shareOver(cases: readonly ScoredCase[], threshold: number): RateEstimate {
  const patients = cases.map(({ patient }) => patient)
  const counted = countByPatient(cases.length, (i) => cases[i].score >= threshold, patients)
  return { ...patientProportion(counted), source: 'held-out' }
}

function perStudy(normals: readonly ScoredCase[], threshold: number, studies: number): RateEstimate {
  const scores = normals.map(({ score }) => score)
  const counted = countPerImage(scores, threshold, studies, normals.map(studyKey))
  return { ...counted, source: 'held-out' }
}

/** False alarms in the studies that were searched to the end; null where too few were. */
function perSearchedStudy(
  findings: readonly ScoredCase[],
  searched: HeldOutFindings['searched'],
  threshold: number
): RateEstimate | null {
  if (searched.length < minimumHeldOut.searchedStudies) return null
  const known = new Set(searched.map(({ study }) => study))
  const alarms = findings.filter(
    (own) => own.label === 'normal' && own.score >= threshold && known.has(studyKey(own))
  )
  // a study without false alarms tells as well how much they vary between patients
  const scores = [...alarms.map(({ score }) => score), ...searched.map(() => -Infinity)]
  const patients = [...alarms, ...searched].map(({ patient }) => patient)
  return { ...countPerImage(scores, threshold, searched.length, patients), source: 'held-out' }
}

function studyKey({ patient, study }: ScoredCase): string {
  return study ?? patient
}
