import { countByPatient, patientProportion } from './patient-proportion'
import type { RateEstimate, ThresholdSamples } from './threshold-result'

/**
 * The share of the calibration normals at or over a threshold, with exact limits that know of patients.
 * It is the calibration's own view, not a held-out figure.
 */
export function calibrationFalsePositiveRate(samples: ThresholdSamples, threshold: number): RateEstimate {
  const { normals, normalPatients } = samples
  const counted = countByPatient(normals.length, (i) => normals[i] >= threshold, normalPatients)
  return { ...patientProportion(counted), source: 'calibration' }
}

/** The share of the calibration anomalies at or over a threshold, likewise. */
export function calibrationSensitivity(samples: ThresholdSamples, threshold: number): RateEstimate {
  const { anomalies = [], anomalyPatients } = samples
  const counted = countByPatient(anomalies.length, (i) => anomalies[i] >= threshold, anomalyPatients)
  return { ...patientProportion(counted), source: 'calibration' }
}
