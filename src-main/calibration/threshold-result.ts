/** What a score belongs to: a pixel of a map, a finding's peak, or a slice. */
export const scoreLevels = ['pixel', 'finding', 'slice'] as const
export type ScoreLevel = (typeof scoreLevels)[number]

/**
 * Scores that a threshold is learnt from. Higher is less normal; a case is called anomalous when its score is at
 * or over the threshold. Arrays that describe scores have their length and order.
 */
export interface ThresholdSamples {
  level: ScoreLevel
  /** of cases known to be normal, any order, score units */
  normals: ArrayLike<number>
  /** of cases known to be anomalous; absent or empty for methods that need normals only */
  anomalies?: ArrayLike<number>
  /** patient of each normal: resampling then draws patients, not cases */
  normalPatients?: readonly string[]
  anomalyPatients?: readonly string[]
  /** any ascending measure of time of each normal (ms since 1970, say), for rolling windows */
  normalTimes?: ArrayLike<number>
  /** number of normal images that were searched for the normals, also those that gave none */
  normalImages?: number
}

/** A value with its confidence (or credible) limits; null: the data set no limit on that side. */
export interface Interval {
  low: number | null
  high: number | null
  /** 0.95 for a 95 % interval */
  confidence: number
}

/** A rate in [0, 1], or a count per image where the name says so, with its limits. */
export interface RateEstimate {
  estimate: number
  low: number
  high: number
  /** what the figure rests on; only `held-out` speaks for new cases */
  source: 'calibration' | 'guarantee' | 'posterior' | 'tail-model' | 'held-out'
}

export const thresholdWarningCodes = [
  /** normal scores are far from Gaussian: mean and SD miss the asked rate */
  'mean-sd-heavy-tail',
  /** mean + k SD always: one outlier moves it */
  'mean-sd-not-robust',
  /** fewer normals than the asked rate needs: the interval has no upper limit */
  'tail-not-resolved',
  /** many normals share the score at the cut: the threshold lies just above them */
  'ties-at-threshold',
  /** several cases a patient: intervals by resampling patients, guarantees hold only for exchangeable cases */
  'cases-cluster-by-patient',
  /** fewer patients than give a trustworthy interval */
  'few-patients',
  /** fewer anomalies than give a trustworthy sensitivity */
  'few-anomalies',
  /** too many scores to resample in reasonable time: no interval */
  'interval-not-computed',
  /** the fitted tail has no finite variance (shape at least 0.5) */
  'tail-very-heavy',
  /** precision holds at the prevalence of the sample only */
  'precision-at-sample-prevalence',
  /** some resamples gave no threshold */
  'unstable-under-resampling',
  /** no labels: all scores were taken as normal */
  'labels-absent-assumed-normal',
  /** cases without a label were left out */
  'unlabelled-left-out',
  /** no held-out cases: no false positive rate or sensitivity can be shown for new cases */
  'no-held-out-figures',
  /** fewer held-out verdicts than the minimum */
  'too-few-held-out',
  /** fewer held-out studies with every finding judged than the minimum: no false positives per study */
  'too-few-searched-studies',
  /** sensitivity is unknown: no anomalies from completely read studies */
  'sensitivity-unknown',
  /** some anomalies come from studies not completely read and do not count for sensitivity */
  'incomplete-studies-left-out',
  /** scores below the stored floor are unknown: findings that would come cannot be counted */
  'findings-below-floor-unknown'
] as const
export type ThresholdWarningCode = (typeof thresholdWarningCodes)[number]

/** A warning; further keys hold the numbers for its wording. */
export interface ThresholdWarning {
  code: ThresholdWarningCode
  [fact: string]: string | number | undefined
}

export interface SampleCounts {
  normals: number
  anomalies: number
  /** distinct patients; equal to the number of cases where patients are not given */
  patients: number
}

/** A threshold and how far it can be trusted. */
export interface ThresholdFound {
  kind: 'threshold'
  method: string
  level: ScoreLevel
  /** score units; a score at or over it is anomalous */
  threshold: number
  /** of the threshold */
  interval?: Interval
  /** false alarm rate of normals, as the method itself sees it; not a held-out figure */
  falsePositiveRate?: RateEstimate
  /** as the method itself sees it on the cases it learnt from; not a held-out figure */
  sensitivity?: RateEstimate
  sampleCounts: SampleCounts
  warnings: ThresholdWarning[]
}

export const refusalReasons = [
  'no-normals',
  'no-anomalies',
  'scores-not-finite',
  'scores-all-equal',
  'too-few-normals',
  'too-few-anomalies',
  'too-few-verdicts',
  'too-few-patients',
  'too-few-exceedances',
  'rate-not-in-tail',
  'no-separation',
  'only-everything-anomalous',
  'only-nothing-anomalous',
  'precision-not-reached',
  'times-missing',
  'image-count-missing',
  'option-out-of-range',
  'patient-in-two-sets'
] as const
export type RefusalReason = (typeof refusalReasons)[number]

/** Why no threshold can be given. `need` and `have` count what is missing where that can be counted. */
export interface ThresholdRefused {
  kind: 'refused'
  method: string
  reason: RefusalReason
  need?: number
  have?: number
  /** the option at fault, for `option-out-of-range` */
  option?: string
}

export type ThresholdResult = ThresholdFound | ThresholdRefused

/** Shorthand for a refusal. */
export function refuse(
  method: string,
  reason: RefusalReason,
  facts: Pick<ThresholdRefused, 'need' | 'have' | 'option'> = {}
): ThresholdRefused {
  return { kind: 'refused', method, reason, ...facts }
}
