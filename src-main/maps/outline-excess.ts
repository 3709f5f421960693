import type { OutlineDescription } from '../contract/domain-schema'
import { percentile } from '../preprocess/percentile'

/** How far the outline of a series lies from those of the training patients. */
export interface OutlineExcess {
  /** standard deviations farther out than patients usually do, as the manifest's limit */
  deviations: number
  /** the same as a factor: distance over the usual distance */
  timesUsual: number
  /** the factor at the limit for this number of slices */
  timesUsualAtLimit: number
}

/**
 * Compares outlines by the Mahalanobis distance of probabilistic principal components (Tipping & Bishop 1999). Its
 * logarithm, a median over the slices, is set against that of patients left out of the fit: it varies by what patients
 * differ and, the fewer slices there are, by what slices of a patient do.
 * @param outlines of the slices, each [cells * cells]
 */
export function outlineExcess(
  { mean, components, variances, residualVariance, logDistance, limit }: OutlineDescription,
  outlines: readonly Float64Array[]
): OutlineExcess {
  const logs = outlines.map((outline) => {
    let rest = mean.reduce((sum, usual, cell) => sum + (outline[cell] - usual) ** 2, 0)
    let squared = 0
    components.forEach((direction, i) => {
      const score = direction.reduce((sum, weight, cell) => sum + weight * (outline[cell] - mean[cell]), 0)
      squared += score ** 2 / variances[i]
      rest -= score ** 2
    })
    // a distance of 0 has no logarithm
    return 0.5 * Math.log(Math.max(Number.EPSILON, squared + rest / residualVariance))
  })
  const spread = Math.sqrt(logDistance.patientVariance + logDistance.sliceVariance / outlines.length)
  const over = percentile(logs, 50) - logDistance.mean
  return {
    deviations: over / spread,
    timesUsual: Math.exp(over),
    timesUsualAtLimit: Math.exp(limit * spread)
  }
}
