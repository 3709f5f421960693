import { describe, expect, it } from 'vitest'
import { compareByPermutation } from '../../../../src-main/calibration/compare-by-permutation'
import { detectDrift } from '../../../../src-main/calibration/detect-drift'
import type { DriftReport, DriftRequest, DriftScore } from '../../../../src-main/calibration/detect-drift'
import { driftAdvice } from '../../../../src-main/calibration/drift-advice'
import { fisherExactGreater } from '../../../../src-main/calibration/fisher-exact'
import {
  kolmogorovSmirnov,
  kolmogorovSmirnovStatistic
} from '../../../../src-main/calibration/kolmogorov-smirnov'
import { percentileTrend } from '../../../../src-main/calibration/percentile-trend'
import { populationStability } from '../../../../src-main/calibration/population-stability'
import { probabilityHigher } from '../../../../src-main/calibration/probability-higher'
import { randomNormal, seededRandom } from '../../../../src-main/calibration/seeded-random'
import type { Random } from '../../../../src-main/calibration/seeded-random'
// scipy: models/training/fixtures/make_reference_values.py, drift()
import reference from '../../../fixtures/statistics/drift.json'

const sorted = (values: readonly number[]): Float64Array => Float64Array.from(values).sort()

describe('two-sample tests', () => {
  it('Kolmogorov-Smirnov as stats.ks_2samp(a, b, method="exact"), ties and full separation too', () => {
    for (const { a, b, statistic, pValue } of reference.ks) {
      const own = kolmogorovSmirnov(sorted(a), sorted(b))
      expect(own.method).toBe('exact')
      expect(own.statistic).toBeCloseTo(statistic, 12)
      expect(Math.abs(own.pValue - pValue)).toBeLessThanOrEqual(1e-9 * pValue)
      expect(kolmogorovSmirnov(sorted(b), sorted(a)).pValue).toBeCloseTo(own.pValue, 12)
    }
  })

  it('the same for thousands of scores', () => {
    for (const { n, m, power, statistic, pValue } of reference.ksLarge) {
      const a = Float64Array.from({ length: n }, (_, i) => (i + 0.5) / n)
      const b = Float64Array.from({ length: m }, (_, i) => ((i + 0.5) / m) ** power)
      const own = kolmogorovSmirnov(a, b)
      expect(own.statistic).toBeCloseTo(statistic, 12)
      expect(Math.abs(own.pValue - pValue)).toBeLessThanOrEqual(1e-9 * pValue)
    }
  })

  it("goes over to Kolmogorov's limit for millions of scores", () => {
    const n = 1_000_000
    const a = Float64Array.from({ length: n }, (_, i) => i)
    const b = a.map((value) => value + 2000.5)
    const own = kolmogorovSmirnov(a, b)
    expect(own.method).toBe('asymptotic')
    // statistic 2001 / 10^6; 2 * sum (-1)^(k-1) exp(-2 k^2 z^2) with z = 0.002001 * sqrt(5e5) = 1.41492 is
    // 2 * (exp(-4.004002) - exp(-16.016)) = 0.036485
    expect(own.statistic).toBeCloseTo(0.002001, 12)
    expect(own.pValue).toBeCloseTo(2 * (Math.exp(-4.004001) - Math.exp(-16.016004)), 5)
  })

  it('population stability index as numpy computes it, empty bins as half a case', () => {
    for (const { reference: base, recent, index } of reference.psi) {
      expect(populationStability(sorted(base), sorted(recent))).toBeCloseTo(index, 10)
    }
  })

  it('Fisher as stats.fisher_exact([[a, n - a], [b, m - b]], alternative="greater")', () => {
    for (const [a, n, b, m, pValue] of reference.fisher) {
      expect(Math.abs(fisherExactGreater(a, n, b, m) - pValue)).toBeLessThanOrEqual(1e-9 * pValue)
    }
  })

  it('deals patients, not cases: repeated scores of a patient are no evidence', () => {
    const random = seededRandom(3)
    const clustered = (patients: number, name: string): DriftScore[] =>
      Array.from({ length: patients }, (_, patient) => {
        const centre = randomNormal(random)
        return Array.from({ length: 30 }, () => ({
          score: centre + 0.1 * randomNormal(random),
          patient: `${name}${patient}`
        }))
      }).flat()
    let plainAlarms = 0
    let dealtAlarms = 0
    for (let round = 0; round < 60; round++) {
      const a = clustered(25, 'a')
      const b = clustered(25, 'b')
      const plain = kolmogorovSmirnov(sorted(a.map((own) => own.score)), sorted(b.map((own) => own.score)))
      const dealt = compareByPermutation(a, b, [kolmogorovSmirnovStatistic], {
        permutations: 199,
        seed: round
      })
      if (plain.pValue <= 0.05) plainAlarms++
      if (dealt.pValues[0] <= 0.05) dealtAlarms++
      expect(dealt.adjusted).toEqual(dealt.pValues)
    }
    // 750 scores a side look like evidence nearly always; 25 patients a side do so in 5 % of rounds
    expect(plainAlarms).toBeGreaterThan(50)
    // scipy.stats.binom.ppf(0.999, 60, 0.05) is 9
    expect(dealtAlarms).toBeLessThanOrEqual(9)
  })
})

describe('trend of the 95th percentile', () => {
  const series = (climb: number): { score: number; patient: string; time: number }[] => {
    const random = seededRandom(9)
    return Array.from({ length: 240 }, (_, i) => ({
      score: randomNormal(random) + (climb * i) / 240,
      patient: `p${i}`,
      time: i
    }))
  }

  it('is seen where it is and not where it is not', () => {
    expect(percentileTrend(series(3))!.pValue).toBeLessThan(0.005)
    expect(percentileTrend(series(3))!.change).toBeGreaterThan(1.5)
    expect(percentileTrend(series(0))!.pValue).toBeGreaterThan(0.05)
    expect(percentileTrend(series(0))!.windows).toHaveLength(12)
  })

  it('needs 30 patients', () => {
    expect(percentileTrend(series(3).slice(0, 29))).toBeNull()
  })
})

/** Normal scores with a heavy right tail; `scale` and `shift` are what a new scanner does to them. */
function scores(random: Random, count: number, name: string, shift = 0, scale = 1): DriftScore[] {
  return Array.from({ length: count }, (_, i) => ({
    score: shift + scale * Math.exp(0.5 * randomNormal(random)),
    patient: `${name}${i}`,
    time: i
  }))
}

function report(request: DriftRequest): DriftReport {
  const result = detectDrift(request)
  if (result.kind !== 'drift') throw new Error(result.reason)
  return result
}

describe('drift', () => {
  it('gives false alarms at the stated rate, no more and hardly fewer', () => {
    // 400 checks without drift at 5 %: 95 % of binomial(400, 0.05) counts are 12 to 29 (scipy.stats.binom.interval)
    const random = seededRandom(400)
    let alarms = 0
    for (let round = 0; round < 400; round++) {
      const checked = report({
        reference: scores(random, 120, 'a'),
        recent: scores(random, 60, 'b'),
        falseAlarmRate: 0.05,
        permutations: 199,
        seed: round
      })
      if (checked.drifted) alarms++
    }
    expect(alarms).toBeGreaterThanOrEqual(12)
    expect(alarms).toBeLessThanOrEqual(29)
  })

  it('fires on a shift of scale and says recalibrate', () => {
    const random = seededRandom(1)
    let fired = 0
    for (let round = 0; round < 40; round++) {
      const checked = report({
        reference: scores(random, 200, 'a'),
        recent: scores(random, 60, 'b', 0, 1.5),
        permutations: 199,
        falseAlarmRate: 0.05,
        seed: round
      })
      if (checked.drifted && checked.advice === 'recalibrate') fired++
    }
    expect(fired).toBeGreaterThanOrEqual(36)
  })

  it('tells what it found in plain words', () => {
    const random = seededRandom(2)
    const base = scores(random, 300, 'a')
    const shifted = report({ reference: base, recent: scores(random, 150, 'b', 0, 1.6) })
    expect(shifted.kolmogorovSmirnov.alarm).toBe(true)
    expect(shifted.thresholdMove.overLimit).toBe(true)
    expect(driftAdvice(shifted)).toMatch(/^Normal scores have changed: recalibrate .* \d+ % higher/)
    const same = report({ reference: base, recent: scores(random, 150, 'c') })
    expect(same.drifted).toBe(false)
    expect(driftAdvice(same)).toMatch(/^No (sign of change|change beyond chance)/)
    const rejections = { reference: { rejected: 20, total: 100 }, recent: { rejected: 60, total: 100 } }
    const rejected = report({ reference: base, recent: scores(random, 150, 'd'), verdicts: rejections })
    expect(rejected.advice).toBe('watch')
    expect(rejected.rejectedShare).toMatchObject({ alarm: true, reference: 0.2, recent: 0.6 })
    expect(driftAdvice(rejected)).toMatch(/^Readers reject more findings than before \(60 % against 20 %\)/)
  })

  it('counts recent normals over the threshold in use', () => {
    const random = seededRandom(4)
    const recent = scores(random, 100, 'b')
    const checked = report({ reference: scores(random, 100, 'a'), recent, threshold: 2 })
    const over = recent.filter(({ score }) => score >= 2).length
    expect(checked.falsePositiveRate).toMatchObject({ threshold: 2, estimate: over / 100 })
  })

  it('refuses too few patients, NaN and constant scores', () => {
    const random = seededRandom(5)
    const base = scores(random, 100, 'a')
    expect(detectDrift({ reference: base, recent: scores(random, 19, 'b') })).toEqual({
      kind: 'refused',
      reason: 'too-few-patients',
      need: 20,
      have: 19
    })
    const onePatient = scores(random, 100, 'b').map((own) => ({ ...own, patient: 'b' }))
    expect(detectDrift({ reference: base, recent: onePatient })).toMatchObject({
      reason: 'too-few-patients',
      have: 1
    })
    expect(detectDrift({ reference: base, recent: [...base, { score: NaN, patient: 'x' }] })).toMatchObject({
      reason: 'scores-not-finite'
    })
    const flat = base.map((own) => ({ ...own, score: 1 }))
    expect(detectDrift({ reference: flat, recent: base })).toMatchObject({ reason: 'scores-all-equal' })
  })

  it('leaves the trend out where times are unknown', () => {
    const random = seededRandom(6)
    const untimed = scores(random, 60, 'b').map(({ score, patient }) => ({ score, patient }))
    const checked = report({ reference: scores(random, 60, 'a'), recent: untimed })
    expect(checked.percentile95.trend).toBeNull()
    expect(checked.kolmogorovSmirnov.limit).toBe(0.01)
  })
})

describe('probability of a higher score', () => {
  it('is the Mann-Whitney U of scipy over the number of pairs, ties at half', () => {
    // stats.mannwhitneyu([2, 3, 3], [1, 2, 3, 4]).statistic = 6.5 of 12 pairs: by hand 1.5 + 2.5 + 2.5
    expect(probabilityHigher([1, 2, 3, 4], [2, 3, 3])).toBeCloseTo(6.5 / 12, 12)
    expect(probabilityHigher([1, 2], [3])).toBe(1)
    expect(probabilityHigher([5, 5], [5])).toBe(0.5)
  })
})
