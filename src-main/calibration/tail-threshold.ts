import { percentileOfSorted } from '../preprocess/percentile'
import { calibrationFalsePositiveRate } from './calibration-rates'
import { fitParetoByLikelihood, fitParetoByMoments, paretoExcess } from './fit-generalized-pareto'
import { prepareSamples } from './prepare-samples'
import { resampleThreshold } from './resample-patients'
import type { ResampleOptions } from './resample-patients'
import { refuse } from './threshold-result'
import type { RefusalReason, ThresholdResult, ThresholdSamples, ThresholdWarning } from './threshold-result'

export interface TailOptions extends ResampleOptions {
  /** asked false positive rate; 0.01 unless told */
  rate?: number
  /** where the tail begins, percent of normal scores; 90 unless told */
  tailPercent?: number
  /** `pwm`: probability-weighted moments; `ml`: maximum likelihood */
  fit?: 'pwm' | 'ml'
}

/** A tail fitted to fewer excesses is noise (Hosking & Wallis 1987 study 15 and more). */
const fewestExcesses = 15

/**
 * Peaks over threshold (Pickands 1975; Coles 2001, ch. 4): the excesses of normal scores over a high percentile
 * follow a generalized Pareto distribution, whose quantile gives thresholds for rates that too few normals resolve
 * by themselves.
 */
export function tailThreshold(samples: ThresholdSamples, options: TailOptions = {}): ThresholdResult {
  const method = 'tail'
  const { rate = 0.01, tailPercent = 90, fit = 'pwm' } = options
  if (!(rate > 0 && rate < 1)) return refuse(method, 'option-out-of-range', { option: 'rate' })
  if (!(tailPercent >= 50 && tailPercent < 100)) {
    return refuse(method, 'option-out-of-range', { option: 'tailPercent' })
  }
  const prepared = prepareSamples(method, samples, 'normals-only')
  if (prepared.kind === 'refused') return prepared
  const learnt = learnTail(prepared.normals, rate, tailPercent, fit)
  if (typeof learnt === 'string') {
    return refuse(method, learnt, learnt === 'too-few-exceedances' ? { need: fewestExcesses } : {})
  }
  const resampled = resampleThreshold(
    samples,
    'normals-only',
    (drawn) => {
      const again = learnTail(drawn, rate, tailPercent, fit)
      return typeof again === 'string' ? null : again.threshold
    },
    options
  )
  const warnings: ThresholdWarning[] = [...prepared.warnings, ...resampled.warnings]
  if (learnt.shape >= 0.5) warnings.push({ code: 'tail-very-heavy', shape: learnt.shape })
  const counted = calibrationFalsePositiveRate(samples, learnt.threshold)
  return {
    kind: 'threshold',
    method,
    level: samples.level,
    threshold: learnt.threshold,
    interval: resampled.interval,
    // the fit's claim, with the limits that plain counting leaves
    falsePositiveRate: { ...counted, estimate: rate, source: 'tail-model' },
    sampleCounts: prepared.counts,
    warnings
  }
}

function learnTail(
  normals: Float64Array,
  rate: number,
  tailPercent: number,
  fit: 'pwm' | 'ml'
): { threshold: number; shape: number } | RefusalReason {
  const start = percentileOfSorted(normals, tailPercent)
  const first = normals.findIndex((score) => score > start)
  const excesses = first < 0 ? new Float64Array() : normals.subarray(first).map((score) => score - start)
  if (excesses.length < fewestExcesses) return 'too-few-exceedances'
  if (excesses[0] === excesses[excesses.length - 1]) return 'scores-all-equal'
  const share = excesses.length / normals.length
  if (rate >= share) return 'rate-not-in-tail'
  const tail = fit === 'ml' ? fitParetoByLikelihood(excesses) : fitParetoByMoments(excesses)
  if (!(tail.scale > 0) || !Number.isFinite(tail.shape)) return 'scores-all-equal'
  return { threshold: start + paretoExcess(tail, rate / share), shape: tail.shape }
}
