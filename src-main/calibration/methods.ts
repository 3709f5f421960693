import { bayesianThreshold } from './bayesian-threshold'
import { conformalThreshold } from './conformal-threshold'
import { costRatioThreshold } from './cost-ratio-threshold'
import { fBetaThreshold } from './f-beta-threshold'
import { falsePositivesPerImageThreshold } from './false-positives-per-image-threshold'
import { fixedSensitivityThreshold } from './fixed-sensitivity-threshold'
import { meanSdThreshold } from './mean-sd-threshold'
import { medianMadThreshold } from './median-mad-threshold'
import { percentileThreshold } from './percentile-threshold'
import { precisionThreshold } from './precision-threshold'
import { rollingMadThreshold } from './rolling-mad-threshold'
import { tailThreshold } from './tail-threshold'
import type { ThresholdResult, ThresholdSamples } from './threshold-result'
import { youdenThreshold } from './youden-threshold'

/** Every option of every method; a method reads its own and leaves the others. */
export interface MethodOptions {
  percent?: number
  k?: number
  window?: number
  beta?: number
  costRatio?: number
  prevalence?: number
  sensitivity?: number
  precision?: number
  perImage?: number
  rate?: number
  tailPercent?: number
  fit?: 'pwm' | 'ml'
  credibility?: number
  confidence?: number
  seed?: number
  resamples?: number
}

export const methodNames = [
  'percentile',
  'conformal',
  'bayesian',
  'tail',
  'median-mad',
  'rolling-mad',
  'mean-sd',
  'youden',
  'f-beta',
  'cost-ratio',
  'fixed-sensitivity',
  'false-positives-per-image',
  'precision'
] as const
export type MethodName = (typeof methodNames)[number]

export interface ThresholdMethod {
  name: MethodName
  /** what it needs: scores of normals alone, or normals and anomalies */
  needs: 'normals-only' | 'labels'
  /** one line for a menu */
  description: string
  source: string
  /** options it reads, with their defaults */
  options: Partial<Record<keyof MethodOptions, number | string>>
  /** set where the method should be chosen with open eyes */
  caution?: string
  learn: (samples: ThresholdSamples, options?: MethodOptions) => ThresholdResult
}

/** Every threshold method, the recommended ones first. */
export const thresholdMethods: readonly ThresholdMethod[] = [
  {
    name: 'percentile',
    needs: 'normals-only',
    description: 'Percentile of normal scores, with a distribution-free confidence band',
    source: 'Hahn & Meeker 1991; Woodruff 1952 for clustered cases',
    options: { percent: 99 },
    learn: percentileThreshold
  },
  {
    name: 'conformal',
    needs: 'normals-only',
    description: 'Split conformal: the false alarm rate of exchangeable normals is guaranteed',
    source: 'Vovk et al. 2005; Bates et al. 2023',
    options: { rate: 0.01 },
    learn: conformalThreshold
  },
  {
    name: 'bayesian',
    needs: 'normals-only',
    description: 'Lowest threshold that keeps a false positive rate with a given posterior probability',
    source: 'Gelman et al. 2013, ch. 2.4 (beta-binomial, Jeffreys prior)',
    options: { rate: 0.01, credibility: 0.95 },
    learn: bayesianThreshold
  },
  {
    name: 'tail',
    needs: 'normals-only',
    description: 'Peaks over threshold: a generalized Pareto tail, for rates that few normals resolve',
    source: 'Pickands 1975; Hosking & Wallis 1987; Grimshaw 1993',
    options: { rate: 0.01, tailPercent: 90, fit: 'pwm' },
    learn: tailThreshold
  },
  {
    name: 'median-mad',
    needs: 'normals-only',
    description: 'Median + k robust standard deviations of normal scores',
    source: 'Leys et al. 2013; Rousseeuw & Croux 1993',
    options: { k: 3 },
    caution: 'sets no false positive rate: read it off the held-out cases',
    learn: medianMadThreshold
  },
  {
    name: 'rolling-mad',
    needs: 'normals-only',
    description: 'Median + k robust standard deviations of the latest normals; needs times',
    source: 'Pearson 2002 (Hampel identifier)',
    options: { k: 3, window: 200 },
    caution: 'follows a slow decline without a word: watch the drift checks',
    learn: rollingMadThreshold
  },
  {
    name: 'mean-sd',
    needs: 'normals-only',
    description: 'Mean + k standard deviations of normal scores',
    source: 'Shewhart 1931',
    options: { k: 3 },
    caution: 'heavy-tailed scores exceed it far more often than expected, and one outlier moves it',
    learn: meanSdThreshold
  },
  {
    name: 'youden',
    needs: 'labels',
    description: 'Largest sensitivity + specificity - 1',
    source: 'Youden 1950',
    options: {},
    caution: 'weighs a missed anomaly like a false alarm; with rare anomalies that is many false alarms',
    learn: youdenThreshold
  },
  {
    name: 'f-beta',
    needs: 'labels',
    description: 'Largest F-beta of precision and sensitivity',
    source: 'van Rijsbergen 1979',
    options: { beta: 1 },
    caution: 'depends on the share of anomalies in the labelled cases',
    learn: fBetaThreshold
  },
  {
    name: 'cost-ratio',
    needs: 'labels',
    description: 'Lowest expected cost for a cost ratio of missed anomaly to false alarm',
    source: 'Metz 1978',
    options: { costRatio: 10 },
    learn: costRatioThreshold
  },
  {
    name: 'fixed-sensitivity',
    needs: 'labels',
    description: 'Strictest threshold that finds an asked share of the anomalies',
    source: 'Zweig & Campbell 1993',
    options: { sensitivity: 0.9 },
    learn: fixedSensitivityThreshold
  },
  {
    name: 'false-positives-per-image',
    needs: 'normals-only',
    description: 'Lowest threshold with at most an asked number of false findings per normal image',
    source: 'Bunch et al. 1977',
    options: { perImage: 1 },
    learn: falsePositivesPerImageThreshold
  },
  {
    name: 'precision',
    needs: 'labels',
    description: 'Highest sensitivity with at least an asked precision',
    source: 'Davis & Goadrich 2006',
    options: { precision: 0.5 },
    caution: 'depends on the share of anomalies unless a prevalence is given',
    learn: precisionThreshold
  }
]

/** The method of a name; undefined where there is none. */
export function findMethod(name: string): ThresholdMethod | undefined {
  return thresholdMethods.find((method) => method.name === name)
}
