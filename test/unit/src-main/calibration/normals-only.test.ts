import { describe, expect, it } from 'vitest'
import { bayesianThreshold } from '../../../../src-main/calibration/bayesian-threshold'
import { conformalThreshold } from '../../../../src-main/calibration/conformal-threshold'
import {
  fitParetoByLikelihood,
  fitParetoByMoments
} from '../../../../src-main/calibration/fit-generalized-pareto'
import { meanSdThreshold } from '../../../../src-main/calibration/mean-sd-threshold'
import { medianMadThreshold } from '../../../../src-main/calibration/median-mad-threshold'
import { percentileThreshold } from '../../../../src-main/calibration/percentile-threshold'
import { rollingMadSeries, rollingMadThreshold } from '../../../../src-main/calibration/rolling-mad-threshold'
import { moments, nextAbove } from '../../../../src-main/calibration/sample-statistics'
import { seededRandom } from '../../../../src-main/calibration/seeded-random'
import { tailThreshold } from '../../../../src-main/calibration/tail-threshold'
import type { ThresholdFound, ThresholdResult } from '../../../../src-main/calibration/threshold-result'
// from models/training/fixtures/make_reference_values.py; the line of Python that made a value is quoted beside it
import reference from '../../../fixtures/statistics/normals-only.json'

const { normals } = reference
const samples = { level: 'slice' as const, normals }

function found(result: ThresholdResult): ThresholdFound {
  if (result.kind !== 'threshold') throw new Error(`refused: ${result.reason}`)
  return result
}
const codes = (result: ThresholdResult): string[] => found(result).warnings.map(({ code }) => code)

describe('percentile', () => {
  it('equals numpy.percentile and the band of scipy.stats.quantile_test', () => {
    // np.percentile(normals, 95); stats.quantile_test(normals, p=0.95).confidence_interval(0.95)
    const result = found(percentileThreshold(samples, { percent: 95 }))
    expect(result.threshold).toBeCloseTo(reference.percentile95, 12)
    expect(result.interval).toEqual({
      low: reference.band95[0],
      high: reference.band95[1],
      confidence: 0.95
    })
    // (normals >= np.percentile(normals, 95)).sum(); proportion_confint(25, 500, method="beta")
    const limits = reference.clopperPearson.find(([count, trials]) => count === 25 && trials === 500)!
    expect(result.falsePositiveRate?.estimate).toBe(reference.overP95 / 500)
    expect(result.falsePositiveRate?.low).toBeCloseTo(limits[2], 12)
    expect(result.falsePositiveRate?.high).toBeCloseTo(limits[3], 12)
  })

  it('leaves the upper limit open where too few normals bound the percentile', () => {
    // stats.quantile_test(normals[:60], p=0.99).confidence_interval(0.95): its upper limit is nan
    const result = found(percentileThreshold({ level: 'slice', normals: normals.slice(0, 60) }))
    expect(result.threshold).toBeCloseTo(reference.fewPercentile99, 12)
    expect(result.interval?.low).toBe(reference.fewBand99[0])
    expect(result.interval?.high).toBeNull()
    // ceil(log(0.025) / log(0.99)) = 368 normals are needed
    expect(result.warnings).toContainEqual({ code: 'tail-not-resolved', normals: 60, need: 368 })
  })

  it('cuts above a crowd of equal scores instead of calling all of them anomalous', () => {
    const crowded = [...Array(80).fill(1), ...Array(18).fill(2), 3, 4]
    const result = found(percentileThreshold({ level: 'slice', normals: crowded }, { percent: 90 }))
    // np.percentile is 2, which 20 of 100 normals reach; two lie above
    expect(result.threshold).toBe(nextAbove(2))
    expect(result.falsePositiveRate?.estimate).toBe(0.02)
    expect(codes(result)).toContain('ties-at-threshold')
    const topped = percentileThreshold({
      level: 'slice',
      normals: [...Array(80).fill(1), ...Array(20).fill(2)]
    })
    expect(topped).toMatchObject({ kind: 'refused', reason: 'only-nothing-anomalous' })
  })

  it('widens the band where patients give several equal cases', () => {
    // every patient's score ten times: as good as 50 cases, not 500
    const once = normals.slice(0, 50)
    const tenfold = once.flatMap((score) => Array<number>(10).fill(score))
    const patients = once.flatMap((_, i) => Array<string>(10).fill(`p${i}`))
    const wide = found(
      percentileThreshold({ level: 'slice', normals: tenfold, normalPatients: patients }, { percent: 80 })
    )
    const single = found(percentileThreshold({ level: 'slice', normals: once }, { percent: 80 }))
    const width = (own: ThresholdFound): number => own.falsePositiveRate!.high - own.falsePositiveRate!.low
    expect(codes(wide)).toContain('cases-cluster-by-patient')
    // the same information: the widths agree within the t quantile's correction
    expect(width(wide)).toBeGreaterThan(0.95 * width(single))
    expect(width(wide)).toBeLessThan(1.15 * width(single))
  })
})

describe('mean + k SD', () => {
  it('is the mean plus k sample SD, and always warns', () => {
    // normals.mean(), normals.std(ddof=1), stats.skew(normals), stats.kurtosis(normals)
    const result = found(meanSdThreshold(samples, { k: 2 }))
    expect(result.threshold).toBeCloseTo(reference.mean + 2 * reference.sd, 12)
    const own = moments(normals)
    expect(own.skewness).toBeCloseTo(reference.skewness, 10)
    expect(own.excessKurtosis).toBeCloseTo(reference.excessKurtosis, 10)
    expect(codes(result)).toEqual(expect.arrayContaining(['mean-sd-not-robust', 'mean-sd-heavy-tail']))
    expect(result.interval!.low).toBeLessThan(result.threshold)
    expect(result.interval!.high).toBeGreaterThan(result.threshold)
  })
})

describe('median + k MAD', () => {
  it('equals scipy.stats.median_abs_deviation(scale="normal")', () => {
    // np.median(normals), stats.median_abs_deviation(normals, scale="normal")
    const result = found(medianMadThreshold(samples, { k: 3 }))
    expect(result.threshold).toBeCloseTo(reference.median + 3 * reference.madSd, 9)
  })

  it('does not move with a few outliers, and refuses where most scores are equal', () => {
    const spoilt = [...normals.slice(0, 495), 1e6, 1e6, 1e6, 1e6, 1e6]
    const result = found(medianMadThreshold({ level: 'slice', normals: spoilt }))
    expect(result.threshold).toBeLessThan(1.1 * (reference.median + 3 * reference.madSd))
    const flat = medianMadThreshold({ level: 'slice', normals: [...Array(30).fill(1), 2, 3, 4] })
    expect(flat).toMatchObject({ kind: 'refused', reason: 'scores-all-equal' })
  })

  it('rolls over the latest normals by time, whatever their order', () => {
    const { size, median, madSd } = reference.lastWindow
    const times = normals.map((_, i) => i)
    const shuffled = times.slice().sort((a, b) => ((a * 7919) % 500) - ((b * 7919) % 500))
    const result = found(
      rollingMadThreshold(
        { level: 'slice', normals: shuffled.map((i) => normals[i]), normalTimes: shuffled },
        { window: size }
      )
    )
    // np.median(normals[-100:]) + 3 * stats.median_abs_deviation(normals[-100:], scale="normal")
    expect(result.threshold).toBeCloseTo(median + 3 * madSd, 9)
    const series = rollingMadSeries(normals, times, { window: size })
    // a point after each normal from the 20th on
    expect(series).toHaveLength(481)
    expect(series[480]).toEqual({ time: 499, threshold: result.threshold })
    expect(rollingMadThreshold(samples)).toMatchObject({ kind: 'refused', reason: 'times-missing' })
  })
})

describe('generalized Pareto tail', () => {
  const excesses = normals
    .filter((score) => score > reference.tail.start)
    .map((score) => score - reference.tail.start)
    .sort((a, b) => a - b)

  it('fits probability-weighted moments as Hosking & Wallis give them', () => {
    const { shape, scale } = fitParetoByMoments(excesses)
    expect(shape).toBeCloseTo(reference.tail.pwm[0], 10)
    expect(scale).toBeCloseTo(reference.tail.pwm[1], 10)
  })

  it('fits maximum likelihood as scipy.stats.genpareto.fit(floc=0), for light, heavy and bounded tails', () => {
    // scipy's optimiser stops near the maximum; the likelihood may be a hair higher, never lower
    for (const [own, expected] of [
      [excesses, reference.tail.ml],
      [reference.heavy.excesses, reference.heavy.ml],
      [reference.bounded.excesses, reference.bounded.ml]
    ]) {
      const { shape, scale } = fitParetoByLikelihood(own)
      expect(shape).toBeCloseTo(expected[0], 3)
      expect(scale).toBeCloseTo(expected[1], 3)
    }
    const { shape, scale } = fitParetoByLikelihood(excesses)
    const logLikelihood = excesses.reduce(
      (sum, own) => sum - Math.log(scale) - (1 / shape + 1) * Math.log1p((shape * own) / scale),
      0
    )
    expect(logLikelihood).toBeGreaterThan(reference.tail.mlLogLikelihood - 1e-9)
    expect(logLikelihood).toBeLessThan(reference.tail.mlLogLikelihood + 1e-4)
  })

  it('puts the threshold where scipy.stats.genpareto.isf does', () => {
    // start + stats.genpareto.isf(0.005 / share, shape, scale=scale)
    const result = found(tailThreshold(samples, { rate: 0.005 }))
    expect(result.threshold).toBeCloseTo(reference.tail.pwmThreshold, 9)
    expect(result.interval!.low).toBeLessThan(result.threshold)
    expect(result.interval!.high).toBeGreaterThan(result.threshold)
  })

  it('refuses rates outside the tail and tails of too few scores', () => {
    expect(tailThreshold(samples, { rate: 0.2 })).toMatchObject({ reason: 'rate-not-in-tail' })
    expect(tailThreshold({ level: 'slice', normals: normals.slice(0, 60) })).toMatchObject({
      reason: 'too-few-exceedances'
    })
  })
})

describe('Bayesian beta-binomial', () => {
  it('is the lowest threshold whose rate is kept, with scipy.stats.beta as the posterior', () => {
    const result = found(bayesianThreshold(samples, { rate: 0.05 }))
    expect(result.threshold).toBe(nextAbove(reference.bayesian.score))
    // stats.beta(0.5 + over, 0.5 + n - over): mean(), ppf(0.025), ppf(0.975)
    expect(result.falsePositiveRate!.estimate).toBeCloseTo(reference.bayesian.mean, 12)
    expect(result.falsePositiveRate!.low).toBeCloseTo(reference.bayesian.interval[0], 12)
    expect(result.falsePositiveRate!.high).toBeCloseTo(reference.bayesian.interval[1], 12)
  })

  it('says how many normals would do', () => {
    // smallest n with stats.beta.cdf(0.01, 0.5, 0.5 + n) >= 0.95 is 191
    const result = bayesianThreshold({ level: 'slice', normals: normals.slice(0, 100) })
    expect(result).toEqual({
      kind: 'refused',
      method: 'bayesian',
      reason: 'too-few-normals',
      need: 191,
      have: 100
    })
  })
})

describe('split conformal', () => {
  it('is the ceil((n + 1)(1 - rate))-th smallest normal score', () => {
    const result = found(conformalThreshold(samples, { rate: 0.05 }))
    expect(reference.conformal.rank).toBe(476)
    expect(result.threshold).toBe(nextAbove(reference.conformal.score))
    expect(result.falsePositiveRate!.estimate).toBeCloseTo(25 / 501, 12)
  })

  it('needs 1 / rate - 1 normals', () => {
    const few = { level: 'slice' as const, normals: normals.slice(0, 98) }
    expect(conformalThreshold(few)).toMatchObject({ reason: 'too-few-normals', need: 99, have: 98 })
    const enough = found(conformalThreshold({ level: 'slice', normals: normals.slice(0, 99) }))
    expect(enough.threshold).toBe(nextAbove(Math.max(...normals.slice(0, 99))))
  })

  it('keeps its guarantee over many calibrations, ties or not', () => {
    const random = seededRandom(7)
    let alarms = 0
    const rounds = 4000
    for (let round = 0; round < rounds; round++) {
      const draw = (): number => Math.floor(-20 * Math.log(1 - random()))
      const result = found(
        conformalThreshold({ level: 'slice', normals: Array.from({ length: 50 }, draw) }, { rate: 0.1 })
      )
      if (draw() >= result.threshold) alarms++
    }
    // at most 10 %; 4000 draws are within 4 standard errors (0.0047 each) of the true rate
    expect(alarms / rounds).toBeLessThanOrEqual(0.1 + 4 * 0.0047)
    // with these coarse scores the rate stays below, but not idle
    expect(alarms / rounds).toBeGreaterThan(0.05)
  })
})
