import type { GraphBuilder } from '../graph/graph-builder'
import { add, div, scale, shift, square, sub } from '../graph/expressions'
import { sumPerSample, type LossTerms } from './loss-terms'

/** Which form of the spread the model gives: ln sigma², ln sigma, sigma or sigma². */
export type SpreadKind = 'logVar' | 'logStd' | 'std' | 'variance'

/**
 * KL divergence of N(mu, diag sigma²) from N(0, I) per sample, ½ Σ mu² + sigma² − ln sigma² − 1
 * (Kingma & Welling 2014, appendix B), a sum over all latent dimensions.
 *
 * @param mu mean, batch first
 * @param spread value of the same shape, read as `kind` says
 */
export function klDivergence(b: GraphBuilder, mu: string, spread: string, kind: SpreadKind): LossTerms {
  const variance = (): string => {
    if (kind === 'logVar') return b.op('Exp', [spread])
    if (kind === 'logStd') return b.op('Exp', [scale(b, spread, 2)])
    return kind === 'std' ? square(b, spread) : spread
  }
  const logVariance = (): string => {
    if (kind === 'logVar') return spread
    if (kind === 'logStd') return scale(b, spread, 2)
    return kind === 'std' ? scale(b, b.op('Log', [spread]), 2) : b.op('Log', [spread])
  }
  const spreadSlope = (): string => {
    const excess = shift(b, variance(), -1)
    if (kind === 'logVar') return scale(b, excess, 0.5)
    if (kind === 'logStd') return excess
    return kind === 'std' ? div(b, excess, spread) : scale(b, div(b, excess, spread), 0.5)
  }
  return {
    perSample: () => {
      const terms = shift(b, sub(b, add(b, square(b, mu), variance()), logVariance()), -1)
      return scale(b, sumPerSample(b, terms), 0.5)
    },
    seeds: () =>
      new Map([
        [mu, mu],
        [spread, spreadSlope()]
      ])
  }
}
