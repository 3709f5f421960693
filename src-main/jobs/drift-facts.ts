import type { DriftCheck, DriftReport } from '../calibration/detect-drift'
import type { SiteDrift } from '../calibration/verdicts/drift-from-verdicts'
import type { DriftCheckFacts, DriftFacts } from '../contract/calibration-channels'
import { rate } from './proposal-facts'

/** A drift check as the window shows it. */
export function driftFacts(
  { report, advice, comparedWith, level, percent, reference, recent, windows }: SiteDrift,
  about: Pick<DriftFacts, 'label' | 'threshold'>
): DriftFacts {
  const found = report.kind === 'drift' ? report : null
  return {
    ...about,
    level,
    state: found?.advice ?? 'none',
    advice,
    comparedWith,
    percent,
    reference,
    recent,
    falseAlarmRate: found?.falseAlarmRate ?? 0.01,
    checks: found ? checksOf(found) : [],
    falsePositiveRate: rate(found?.falsePositiveRate ?? null),
    percentile95: found?.percentile95.reference ?? null,
    points: windows
  }
}

function checksOf(report: DriftReport): DriftCheckFacts[] {
  const { kolmogorovSmirnov, populationStability, rankShift, thresholdMove, percentile95, rejectedShare } =
    report
  const check = (
    name: DriftCheckFacts['name'],
    { alarm, pValue, limit }: DriftCheck,
    value: number,
    before: number | null = null
  ): DriftCheckFacts => ({ name, alarm, pValue, limit, value, before })
  return [
    check('distribution', kolmogorovSmirnov, kolmogorovSmirnov.statistic),
    check('stability', populationStability, populationStability.index),
    check('rank', rankShift, rankShift.probabilityHigher),
    check('threshold', thresholdMove, thresholdMove.relative),
    ...(percentile95.trend ? [check('trend', percentile95.trend, percentile95.trend.change)] : []),
    ...(rejectedShare
      ? [check('rejected', rejectedShare, rejectedShare.recent, rejectedShare.reference)]
      : [])
  ]
}
