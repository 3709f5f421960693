import type { ScoreLevel, ThresholdSamples } from './threshold-result'

/** A score with its verdict. Patient, study and group are opaque keys, compared and never shown. */
export interface ScoredCase {
  id: string
  patient: string
  /** the patient where absent */
  study?: string
  /** score units; higher is less normal */
  score: number
  /** the verdict; null where none was given */
  label: 'normal' | 'anomalous' | null
  /** true where a reader marked the whole study as read: only then is every anomaly of it known */
  studyComplete: boolean
  /** modality and scanner or protocol profile, for figures by group */
  group?: string
  /** any ascending measure of time; null where unknown */
  time?: number | null
  /** the verdict that the label comes from, which several cases may share; the case itself where absent */
  verdict?: string
}

/** How many verdicts the labels come from: a study called normal is one, however many slices it has. */
export function countVerdicts(cases: readonly ScoredCase[]): number {
  return new Set(cases.filter(({ label }) => label !== null).map(({ verdict, id }) => verdict ?? id)).size
}

/** Arranges labelled cases for the threshold methods; cases without a verdict are left out. */
export function samplesOf(
  cases: readonly ScoredCase[],
  level: ScoreLevel,
  normalImages?: number
): ThresholdSamples {
  const normals = cases.filter(({ label }) => label === 'normal')
  const anomalies = cases.filter(({ label }) => label === 'anomalous')
  const timed = normals.every(({ time }) => typeof time === 'number')
  return {
    level,
    normals: normals.map(({ score }) => score),
    anomalies: anomalies.map(({ score }) => score),
    normalPatients: normals.map(({ patient }) => patient),
    anomalyPatients: anomalies.map(({ patient }) => patient),
    normalTimes: timed ? normals.map(({ time }) => time as number) : undefined,
    normalImages
  }
}
