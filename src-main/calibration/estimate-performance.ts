import { countPerImage } from './count-per-image'
import { countByPatient, patientProportion } from './patient-proportion'
import type { ScoredCase } from './scored-case'
import type { RateEstimate, ThresholdWarning } from './threshold-result'

/** Fewer held-out verdicts than these and a figure is not shown. */
export const minimumHeldOut = { normals: 20, anomalies: 10, patients: 10 } as const

/** What a threshold does to held-out cases. Null: the verdicts cannot tell. */
export interface Performance {
  threshold: number
  /** share of held-out normals at or over the threshold */
  falsePositiveRate: RateEstimate | null
  /** false alarms per study that has a verdict of normal */
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
 */
export function estimatePerformance(heldOut: readonly ScoredCase[], threshold: number): Performance {
  const normals = heldOut.filter(({ label }) => label === 'normal')
  const anomalies = heldOut.filter(({ label }) => label === 'anomalous')
  const known = anomalies.filter(({ studyComplete }) => studyComplete)
  const warnings: ThresholdWarning[] = []
  const patients = new Set([...normals, ...anomalies].map(({ patient }) => patient)).size
  const studies = new Set(normals.map(studyKey)).size

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
  return {
    threshold,
    falsePositiveRate: enoughNormals ? shareOver(normals, threshold) : null,
    falsePositivesPerStudy: enoughNormals ? perStudy(normals, threshold, studies) : null,
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

function studyKey({ patient, study }: ScoredCase): string {
  return study ?? patient
}
