import betainc from '@stdlib/math-base-special-betainc'
import betaincinv from '@stdlib/math-base-special-betaincinv'
import gammaincinv from '@stdlib/math-base-special-gammaincinv'

/**
 * Quantile of the beta distribution.
 * @param probability 0 to 1
 */
export function betaQuantile(probability: number, alpha: number, beta: number): number {
  return betaincinv(probability, alpha, beta)
}

/** Distribution function of the beta distribution at x in [0, 1]. */
export function betaCdf(x: number, alpha: number, beta: number): number {
  return betainc(x, alpha, beta)
}

/**
 * Exact limits of a proportion (Clopper & Pearson 1934), as statsmodels' proportion_confint(method='beta').
 * @param count successes, may be fractional for an effective sample size
 * @param trials at least 1
 */
export function clopperPearson(count: number, trials: number, confidence = 0.95): [number, number] {
  const tail = (1 - confidence) / 2
  const low = count <= 0 ? 0 : betaQuantile(tail, count, trials - count + 1)
  const high = count >= trials ? 1 : betaQuantile(1 - tail, count + 1, trials - count)
  return [low, high]
}

/**
 * Exact limits of the mean of a Poisson count (Garwood 1936), as statsmodels' confint_poisson(method='exact-c').
 * @param count events seen in all of `exposure`
 * @returns limits of events per unit of exposure
 */
export function poissonInterval(count: number, exposure: number, confidence = 0.95): [number, number] {
  const tail = (1 - confidence) / 2
  const low = count <= 0 ? 0 : gammaincinv(tail, count)
  return [low / exposure, gammaincinv(1 - tail, count + 1) / exposure]
}

/** P(X <= count) of a binomial number of successes. */
export function binomialCdf(count: number, trials: number, probability: number): number {
  if (count < 0) return 0
  if (count >= trials) return 1
  return betainc(1 - probability, trials - count, count + 1)
}

/** The smallest count with P(X <= count) >= level, as scipy.stats.binom.ppf. */
export function binomialQuantile(level: number, trials: number, probability: number): number {
  let low = 0
  let high = trials
  while (low < high) {
    const middle = Math.floor((low + high) / 2)
    // the same slack as scipy's: a level met but for rounding counts as met
    if (binomialCdf(middle, trials, probability) >= level - 1e-15) high = middle
    else low = middle + 1
  }
  return low
}
