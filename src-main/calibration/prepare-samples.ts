import { refuse } from './threshold-result'
import type { SampleCounts, ThresholdRefused, ThresholdSamples, ThresholdWarning } from './threshold-result'

/** Fewer cases than these and no threshold is given: five labels are an anecdote. */
export const minimumCases = { normals: 20, anomalies: 10 } as const

/** Fewer patients or anomalies than these and the result warns. */
const trustedPatients = 20
const trustedAnomalies = 30

export interface PreparedSamples {
  kind: 'prepared'
  /** ascending, finite */
  normals: Float64Array
  /** ascending, finite; empty where the method needs none */
  anomalies: Float64Array
  counts: SampleCounts
  /** true where a patient gives several cases */
  clustered: boolean
  warnings: ThresholdWarning[]
}

/**
 * Sorts and counts the scores, and refuses input that no threshold can be learnt from.
 * @param labels whether the method needs anomalies too
 */
export function prepareSamples(
  method: string,
  samples: ThresholdSamples,
  labels: 'normals-only' | 'both'
): PreparedSamples | ThresholdRefused {
  const normals = Float64Array.from(samples.normals)
  const anomalies = labels === 'both' ? Float64Array.from(samples.anomalies ?? []) : new Float64Array()
  if (!normals.every(Number.isFinite) || !anomalies.every(Number.isFinite)) {
    return refuse(method, 'scores-not-finite')
  }
  if (normals.length === 0) return refuse(method, 'no-normals', { need: minimumCases.normals, have: 0 })
  if (normals.length < minimumCases.normals) {
    return refuse(method, 'too-few-normals', { need: minimumCases.normals, have: normals.length })
  }
  if (labels === 'both') {
    const need = minimumCases.anomalies
    if (anomalies.length === 0) return refuse(method, 'no-anomalies', { need, have: 0 })
    if (anomalies.length < need) return refuse(method, 'too-few-anomalies', { need, have: anomalies.length })
  }
  normals.sort()
  anomalies.sort()
  const lowest = Math.min(normals[0], anomalies[0] ?? Infinity)
  const highest = Math.max(normals[normals.length - 1], anomalies[anomalies.length - 1] ?? -Infinity)
  if (lowest === highest) return refuse(method, 'scores-all-equal')

  const cases = normals.length + anomalies.length
  const patients = countPatients(samples, labels, normals.length, anomalies.length)
  const warnings: ThresholdWarning[] = []
  if (patients < cases) warnings.push({ code: 'cases-cluster-by-patient', patients, cases })
  if (patients < trustedPatients) warnings.push({ code: 'few-patients', patients })
  if (labels === 'both' && anomalies.length < trustedAnomalies) {
    warnings.push({ code: 'few-anomalies', anomalies: anomalies.length })
  }
  return {
    kind: 'prepared',
    normals,
    anomalies,
    counts: { normals: normals.length, anomalies: anomalies.length, patients },
    clustered: patients < cases,
    warnings
  }
}

function countPatients(
  samples: ThresholdSamples,
  labels: 'normals-only' | 'both',
  normals: number,
  anomalies: number
): number {
  if (!samples.normalPatients) return normals + anomalies
  const patients = new Set(samples.normalPatients)
  if (labels === 'both') for (const patient of samples.anomalyPatients ?? []) patients.add(patient)
  return patients.size
}
