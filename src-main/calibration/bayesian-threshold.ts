import { betaCdf, betaQuantile } from './binomial-interval'
import { countByPatient } from './patient-proportion'
import { prepareSamples } from './prepare-samples'
import { countAtOrOver, nextAbove } from './sample-statistics'
import { refuse } from './threshold-result'
import type { RateEstimate, ThresholdResult, ThresholdSamples } from './threshold-result'

export interface BayesianOptions {
  /** false positive rate that shall be kept; 0.01 unless told */
  rate?: number
  /** posterior probability that it is kept; 0.95 unless told */
  credibility?: number
  /** pseudo-counts of false alarms and of quiet normals; Jeffreys' 0.5 and 0.5 unless told */
  prior?: [alarms: number, quiet: number]
  confidence?: number
}

/**
 * The lowest threshold whose false positive rate is at most `rate` with posterior probability `credibility`, for a
 * beta prior and binomial counts (Gelman et al. 2013, Bayesian Data Analysis, ch. 2.4; Jeffreys prior). Estimate and
 * limits are the posterior's mean and equal-tailed credible interval. Where a patient gives several cases, counts
 * are scaled to their effective number.
 */
export function bayesianThreshold(samples: ThresholdSamples, options: BayesianOptions = {}): ThresholdResult {
  const method = 'bayesian'
  const { rate = 0.01, credibility = 0.95, prior = [0.5, 0.5], confidence = 0.95 } = options
  if (!(rate > 0 && rate < 1)) return refuse(method, 'option-out-of-range', { option: 'rate' })
  if (!(credibility > 0 && credibility < 1)) {
    return refuse(method, 'option-out-of-range', { option: 'credibility' })
  }
  if (!(prior[0] > 0 && prior[1] > 0)) return refuse(method, 'option-out-of-range', { option: 'prior' })
  const prepared = prepareSamples(method, samples, 'normals-only')
  if (prepared.kind === 'refused') return prepared
  const { normals, counts, warnings } = prepared
  const count = normals.length
  const posterior = (threshold: number): [alarms: number, quiet: number] => {
    const over = countAtOrOver(normals, threshold)
    const isOver = (i: number): boolean => samples.normals[i] >= threshold
    // without clusters a count is worth itself, and need not be taken again for every candidate
    const worth = prepared.clustered
      ? countByPatient(count, isOver, samples.normalPatients).effectiveCases / count
      : 1
    return [prior[0] + over * worth, prior[1] + (count - over) * worth]
  }
  const kept = (threshold: number): boolean => betaCdf(rate, ...posterior(threshold)) >= credibility

  // step down from just over the highest score while the rate is still kept; scores are candidates, just above them
  let threshold: number | null = null
  for (let i = count - 1; i >= 0; i--) {
    if (normals[i] === normals[i + 1]) continue
    const candidate = nextAbove(normals[i])
    if (!kept(candidate)) break
    threshold = candidate
  }
  if (threshold === null) {
    return refuse(method, 'too-few-normals', { need: neededNormals(rate, credibility, prior), have: count })
  }
  const [alarms, quiet] = posterior(threshold)
  const tail = (1 - confidence) / 2
  const falsePositiveRate: RateEstimate = {
    estimate: alarms / (alarms + quiet),
    low: betaQuantile(tail, alarms, quiet),
    high: betaQuantile(1 - tail, alarms, quiet),
    source: 'posterior'
  }
  return {
    kind: 'threshold',
    method,
    level: samples.level,
    threshold,
    falsePositiveRate,
    sampleCounts: counts,
    warnings
  }
}

/** How many normals without a single false alarm would show the rate to be kept. */
function neededNormals(rate: number, credibility: number, prior: [number, number]): number {
  let enough = 1
  while (betaCdf(rate, prior[0], prior[1] + enough) < credibility && enough < 1e9) enough *= 2
  let low = enough / 2
  while (enough - low > 1) {
    const middle = Math.floor((low + enough) / 2)
    if (betaCdf(rate, prior[0], prior[1] + middle) >= credibility) enough = middle
    else low = middle
  }
  return enough
}
