import { haveScoresChanged } from './detect-drift'
import type { DriftReport } from './detect-drift'

/** What to do about a drift report, in one or two plain sentences. */
export function driftAdvice(report: DriftReport): string {
  const { thresholdMove, rejectedShare, falsePositiveRate, cases } = report
  const moved = `${percent(Math.abs(thresholdMove.relative))} ${thresholdMove.relative < 0 ? 'lower' : 'higher'}`
  const alarms = `${percent(falsePositiveRate.estimate)} (${percent(falsePositiveRate.low)} to ${percent(falsePositiveRate.high)})`
  if (report.advice === 'recalibrate') {
    return (
      `Normal scores have changed: recalibrate on recent confirmed normals, and look for a new scanner, protocol or ` +
      `software version first. The threshold would be ${moved}; at the one in use ${alarms} of recent normals are ` +
      `called anomalous.`
    )
  }
  if (report.advice === 'watch') {
    if (haveScoresChanged(report)) {
      return (
        `Normal scores have changed a little (the threshold would be ${moved}): keep the threshold, look for the ` +
        `cause, and check again with more normals.`
      )
    }
    return (
      `Readers reject more findings than before (${percent(rejectedShare?.recent ?? 0)} against ` +
      `${percent(rejectedShare?.reference ?? 0)}) while normal scores are unchanged: look at the rejected findings ` +
      `for a new artefact or patient group.`
    )
  }
  if (thresholdMove.overLimit) {
    return (
      `No change beyond chance: the threshold would be ${moved}, but ${cases.recent} recent normals do not tell that ` +
      `from noise. Keep the threshold and collect more confirmed normals.`
    )
  }
  return 'No sign of change: keep the threshold.'
}

function percent(share: number): string {
  return `${(100 * share).toFixed(share < 0.1 ? 1 : 0)} %`
}
