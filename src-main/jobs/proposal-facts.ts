import { describeRefusal, describeWarning } from '../calibration/describe-result'
import type { Performance } from '../calibration/estimate-performance'
import type { GroupChange } from '../calibration/propose-threshold'
import type { RateEstimate } from '../calibration/threshold-result'
import { describeBlindSpot, describeLeftOut } from '../calibration/verdicts/describe-blind-spot'
import type { SiteProposal } from '../calibration/verdicts/propose-from-verdicts'
import { heldOutShare } from '../calibration/verdicts/propose-from-verdicts'
import type {
  ComparisonFacts,
  PerformanceFacts,
  ProposalFacts,
  RateFacts
} from '../contract/calibration-channels'

/** A proposal as the window shows it: figures, and sentences for what refuses, warns or cannot be known. */
export function proposalFacts(
  { outcome, verdicts, cases, leftOut, blindSpots, histogram }: SiteProposal,
  about: Pick<ProposalFacts, 'id' | 'label' | 'level' | 'method' | 'current'>
): ProposalFacts {
  const { current } = about
  const facts = {
    ...about,
    verdicts,
    cases,
    blindSpots: [...blindSpots.map(describeBlindSpot), ...describeLeftOut(leftOut)],
    histogram
  }
  if (outcome.kind === 'refused') {
    const refusal =
      outcome.reason === 'too-few-verdicts' ? missingVerdicts(verdicts) : describeRefusal(outcome)
    return { ...facts, id: null, proposed: null, refusal, warnings: [] }
  }
  const { learnt, relativeChange, findings, before, after, groups, warnings } = outcome
  const all: GroupChange = { group: null, findings, before, after }
  return {
    ...facts,
    current,
    proposed: {
      value: learnt.threshold,
      low: learnt.interval?.low ?? null,
      high: learnt.interval?.high ?? null,
      confidence: learnt.interval?.confidence ?? null,
      relativeChange,
      comparisons: [comparison(all), ...(groups.length > 1 ? groups.map(comparison) : [])]
    },
    refusal: null,
    warnings: [...new Set(warnings.map((warning) => capital(describeWarning(warning))))]
  }
}

/** How many more verdicts a proposal needs: some of what comes is held out and teaches nothing. */
export function missingVerdicts({ calibration, needed }: SiteProposal['verdicts']): string {
  const missing = Math.max(0, needed - calibration)
  const more = Math.ceil(missing / (1 - heldOutShare))
  return (
    `A proposal needs ${needed} verdicts to learn from; there are ${calibration}, so ${missing} are missing. ` +
    `That is about ${more} more verdicts, since ${Math.round(100 * heldOutShare)} % of the patients are held out to judge it.`
  )
}

function comparison({ group, findings, before, after }: GroupChange): ComparisonFacts {
  return { group, findings, before: performance(before), after: performance(after) }
}

function performance({ counts, ...figures }: Performance): PerformanceFacts {
  return {
    falsePositiveRate: rate(figures.falsePositiveRate),
    falsePositivesPerStudy: rate(figures.falsePositivesPerStudy),
    sensitivity: rate(figures.sensitivity),
    normals: counts.normals,
    anomalies: counts.anomaliesOfCompleteStudies,
    studies: counts.studies
  }
}

/** An estimate without its source, which is always the held-out verdicts here. */
export function rate(estimate: RateEstimate | null): RateFacts | null {
  return estimate && { estimate: estimate.estimate, low: estimate.low, high: estimate.high }
}

function capital(sentence: string): string {
  return `${sentence.charAt(0).toUpperCase()}${sentence.slice(1)}.`
}
