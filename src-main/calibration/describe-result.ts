import { assertNever } from '../contract/errors'
import type { RefusalReason, ThresholdRefused, ThresholdWarning } from './threshold-result'

/** Why no threshold is given, in one plain sentence. */
export function describeRefusal({ reason, need, have, option }: ThresholdRefused): string {
  const counted = need === undefined ? '' : ` (needs ${need}${have === undefined ? '' : `, has ${have}`})`
  return `${refusalSentence(reason, option)}${counted}`
}

function refusalSentence(reason: RefusalReason, option?: string): string {
  switch (reason) {
    case 'no-normals':
      return 'there are no normal cases'
    case 'no-anomalies':
      return 'there are no anomalous cases, and this method needs them'
    case 'scores-not-finite':
      return 'some scores are not finite numbers'
    case 'scores-all-equal':
      return 'the scores do not differ, so that no threshold tells them apart'
    case 'too-few-normals':
      return 'too few normal cases'
    case 'too-few-anomalies':
      return 'too few anomalous cases'
    case 'too-few-verdicts':
      return 'too few verdicts for a proposal'
    case 'too-few-patients':
      return 'too few patients'
    case 'too-few-exceedances':
      return 'too few scores in the tail'
    case 'rate-not-in-tail':
      return 'the asked rate is larger than the share of scores in the tail: use a percentile'
    case 'no-separation':
      return 'anomalous cases do not score higher than normal ones'
    case 'only-everything-anomalous':
      return 'only a threshold that calls everything anomalous would meet the goal'
    case 'only-nothing-anomalous':
      return 'only a threshold that calls nothing anomalous would meet the goal'
    case 'precision-not-reached':
      return 'no threshold reaches the asked precision'
    case 'times-missing':
      return 'this method needs a time for every normal case'
    case 'image-count-missing':
      return 'this method needs the number of normal images'
    case 'option-out-of-range':
      return `the option ${option ?? ''} is out of range`
    case 'patient-in-two-sets':
      return 'some patients are in two of the sets training, calibration and held-out'
    default:
      return assertNever(reason)
  }
}

/** A warning in one plain sentence. */
export function describeWarning(warning: ThresholdWarning): string {
  switch (warning.code) {
    case 'mean-sd-heavy-tail':
      return 'normal scores have a heavier tail than a Gaussian: mean + k SD gives more false alarms than it promises'
    case 'mean-sd-not-robust':
      return 'mean + k SD moves with single outliers: prefer percentile, conformal or median-mad'
    case 'tail-not-resolved':
      return `${warning.normals} normals do not bound this percentile from above: ${warning.need} would`
    case 'ties-at-threshold':
      return `${warning.atOrOver} normals share the score at the cut: the threshold lies just above them`
    case 'cases-cluster-by-patient':
      return `${warning.cases} cases come from ${warning.patients} patients: guarantees that need independent cases hold only with one case a patient`
    case 'few-patients':
      return `only ${warning.patients} patients: limits are rough`
    case 'few-anomalies':
      return `only ${warning.anomalies} anomalous cases: sensitivity is rough`
    case 'interval-not-computed':
      return 'too many scores to resample: no interval'
    case 'tail-very-heavy':
      return 'the fitted tail is very heavy: the threshold is uncertain'
    case 'precision-at-sample-prevalence':
      return 'holds at the share of anomalies in these cases only, which is seldom that of daily work'
    case 'unstable-under-resampling':
      return `${warning.failed} of ${warning.resamples} resamples gave no threshold`
    case 'labels-absent-assumed-normal':
      return 'no labels were given: all scores were taken as normal'
    case 'unlabelled-left-out':
      return `${warning.cases} cases without a label were left out`
    case 'no-held-out-figures':
      return 'no held-out cases: nothing can be said about new cases (see --split and --held-out)'
    case 'too-few-held-out':
      return `${warning.normals} held-out normals of ${warning.patients} patients are too few for figures`
    case 'too-few-searched-studies':
      return `false positives per study cannot be known: ${warning.have} held-out studies with every finding judged, ${warning.need} are needed`
    case 'sensitivity-unknown':
      return `sensitivity cannot be known: ${warning.have} held-out anomalies from completely read studies, ${warning.need} are needed`
    case 'incomplete-studies-left-out':
      return `${warning.anomalies} anomalies from studies not completely read do not count for sensitivity`
    case 'findings-below-floor-unknown':
      return 'findings that a lower threshold would add cannot be counted: their scores were not kept'
    default:
      return assertNever(warning.code)
  }
}
