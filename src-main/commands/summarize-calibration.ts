import { describeRefusal, describeWarning } from '../calibration/describe-result'
import type { Performance } from '../calibration/estimate-performance'
import type { proposeThreshold } from '../calibration/propose-threshold'
import type { RateEstimate, ThresholdResult } from '../calibration/threshold-result'
import { researchNotice } from '../contract/notice'
import type { CalibrateArguments } from './parse-calibrate-arguments'

export interface CalibrationAnswer {
  result: ThresholdResult
  heldOut: Performance | null
  proposal: ReturnType<typeof proposeThreshold> | null
}

/** A calibration as lines for people. */
export function summarizeCalibration(
  { result, heldOut, proposal }: CalibrationAnswer,
  wanted: CalibrateArguments
): string {
  if (result.kind === 'refused') return `no threshold: ${describeRefusal(result)}\n`
  const { interval, falsePositiveRate, sensitivity, sampleCounts } = result
  const lines = [`${result.method}, ${result.level} scores: threshold ${digits(result.threshold)}`]
  if (interval) {
    const limit = (value: number | null): string => (value === null ? 'unbounded' : digits(value))
    lines.push(`  ${100 * interval.confidence} % interval ${limit(interval.low)} to ${limit(interval.high)}`)
  }
  const { normals, anomalies, patients } = sampleCounts
  lines.push(`  learnt from ${normals} normals, ${anomalies} anomalies, ${patients} patients`)
  const unit =
    wanted.method === 'false-positives-per-image' ? 'false positives per image' : 'false positive rate'
  if (falsePositiveRate) lines.push(`  ${unit}, ${falsePositiveRate.source}: ${rate(falsePositiveRate)}`)
  if (sensitivity) lines.push(`  sensitivity, ${sensitivity.source}: ${rate(sensitivity)}`)
  const warnings = [...result.warnings]
  if (heldOut) {
    lines.push(...performanceLines('held-out', heldOut))
    warnings.push(...heldOut.warnings)
  }
  if (proposal?.kind === 'refused') lines.push(`no proposal: ${describeRefusal(proposal)}`)
  if (proposal?.kind === 'proposal') {
    const { stay, go, come } = proposal.findings
    lines.push(
      `instead of ${digits(proposal.currentThreshold)}: ${stay} stay over it, ${go} go, ${come ?? 'an unknown number'} come`,
      ...performanceLines('held-out, threshold in use', proposal.before)
    )
  }
  lines.push(...warnings.map((warning) => `warning: ${describeWarning(warning)}`), researchNotice)
  return `${lines.join('\n')}\n`
}

function performanceLines(name: string, figures: Performance): string[] {
  const { falsePositiveRate, falsePositivesPerStudy, sensitivity } = figures
  return [
    `  ${name}: false positive rate ${rate(falsePositiveRate)}`,
    `  ${name}: false positives per study ${rate(falsePositivesPerStudy)}`,
    `  ${name}: sensitivity ${rate(sensitivity)}`
  ]
}

function rate(estimate: RateEstimate | null): string {
  if (!estimate) return 'unknown'
  return `${digits(estimate.estimate)} (${digits(estimate.low)} to ${digits(estimate.high)})`
}

function digits(value: number): string {
  return String(Number(value.toPrecision(6)))
}
