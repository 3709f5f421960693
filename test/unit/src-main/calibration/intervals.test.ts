import { describe, expect, it } from 'vitest'
import {
  betaQuantile,
  binomialQuantile,
  clopperPearson,
  poissonInterval
} from '../../../../src-main/calibration/binomial-interval'
import { countPerImage } from '../../../../src-main/calibration/count-per-image'
import {
  countByPatient,
  patientProportion,
  studentQuantile
} from '../../../../src-main/calibration/patient-proportion'
import { nextAbove } from '../../../../src-main/calibration/sample-statistics'
import { seededRandom } from '../../../../src-main/calibration/seeded-random'
// scipy and statsmodels: models/training/fixtures/make_reference_values.py, normals_only()
import reference from '../../../fixtures/statistics/normals-only.json'

const closely = (own: number, expected: number): void =>
  expect(Math.abs(own - expected)).toBeLessThanOrEqual(1e-9 * Math.max(1e-3, Math.abs(expected)))

describe('exact limits', () => {
  it('Clopper-Pearson as proportion_confint(count, trials, method="beta"), fractional counts too', () => {
    for (const [count, trials, low, high] of reference.clopperPearson) {
      const own = clopperPearson(count, trials)
      closely(own[0], low)
      closely(own[1], high)
    }
  })

  it('Poisson as confint_poisson(count, exposure, method="exact-c")', () => {
    for (const [count, exposure, low, high] of reference.poisson) {
      const own = poissonInterval(count, exposure)
      closely(own[0], low)
      closely(own[1], high)
    }
  })

  it('quantiles as scipy.stats.binom.ppf, scipy.special.betaincinv, scipy.stats.t.isf', () => {
    for (const [level, trials, p, expected] of reference.binomialQuantile) {
      expect(binomialQuantile(level, trials, p)).toBe(expected)
    }
    for (const [p, a, b, expected] of reference.betaQuantile) closely(betaQuantile(p, a, b), expected)
    for (const [tail, freedom, expected] of reference.student)
      closely(studentQuantile(tail, freedom), expected)
  })
})

describe('cases that cluster by patient', () => {
  it('count as they are where each patient gives one', () => {
    const patients = Array.from({ length: 40 }, (_, i) => `p${i}`)
    const counted = countByPatient(40, (i) => i < 1, patients)
    expect(counted).toEqual({ count: 1, cases: 40, patients: 40, effectiveCases: 40 })
    const [, , low, high] = reference.clopperPearson.find(([count, trials]) => count === 1 && trials === 40)!
    const own = patientProportion(counted)
    closely(own.low, low)
    closely(own.high, high)
  })

  it('have the effective number of Korn & Graubard', () => {
    // 4 patients of 10 cases with 0, 0, 10 and 10 hits: rate 1/2; variance = 4/3 * (4 * 25) / 1600 = 1/12;
    // binomial variance 1/160; design effect 160/12; 40 / (160/12) = 3 cases, times (t_39 / t_3)^2 =
    // (2.022691 / 3.182446)^2 by scipy.stats.t.isf(0.025, df)
    const patients = Array.from({ length: 40 }, (_, i) => `p${Math.floor(i / 10)}`)
    const counted = countByPatient(40, (i) => i >= 20, patients)
    expect(counted.effectiveCases).toBeCloseTo(3 * (2.022690911734728 / 3.182446305284264) ** 2, 6)
  })

  it('count as one a patient where none has the property, so that zero is not taken for certain', () => {
    const patients = Array.from({ length: 400 }, (_, i) => `p${i % 40}`)
    const own = patientProportion(countByPatient(400, () => false, patients))
    // proportion_confint(0, 40, method="beta")
    closely(own.high, reference.clopperPearson[0][3])
  })

  it('cover the true rate as often as they say', () => {
    // patients with rates of their own (0.02 or 0.4), 10 cases each: true mean rate 0.115
    const random = seededRandom(11)
    let covered = 0
    const rounds = 600
    for (let round = 0; round < rounds; round++) {
      const hits: boolean[] = []
      const patients: string[] = []
      for (let patient = 0; patient < 60; patient++) {
        const rate = random() < 0.25 ? 0.4 : 0.02
        for (let i = 0; i < 10; i++) {
          hits.push(random() < rate)
          patients.push(`p${patient}`)
        }
      }
      const { low, high } = patientProportion(countByPatient(600, (i) => hits[i], patients))
      if (low <= 0.115 && 0.115 <= high) covered++
    }
    // 95 % nominal; 600 rounds of a true 95 % fall under 92.5 % with probability 0.004
    expect(covered / rounds).toBeGreaterThan(0.925)
  })

  it('widen counts per image by their dispersion', () => {
    const patients = Array.from({ length: 40 }, (_, i) => (i < 20 ? 'a' : `p${i}`))
    const scores = Array<number>(40).fill(1)
    const even = countPerImage(scores, 0.5, 40)
    const crowded = countPerImage(scores, 0.5, 40, patients)
    // without patients: confint_poisson(40, 40, method="exact-c") has the Garwood limits
    closely(even.low, poissonInterval(40, 40)[0])
    expect(crowded.estimate).toBe(1)
    expect(crowded.high - crowded.low).toBeGreaterThan(2 * (even.high - even.low))
  })
})

describe('numbers', () => {
  it('the next larger number lies directly above', () => {
    for (const value of [1, 2, 0.1, -1, -0.1, 1e300, -1e-300, Number.MIN_VALUE]) {
      const above = nextAbove(value)
      expect(above).toBeGreaterThan(value)
      expect([value, above]).toContain(value + (above - value) / 2)
    }
    expect(nextAbove(0)).toBe(Number.MIN_VALUE)
    // numpy.nextafter(1, 2)
    expect(nextAbove(1)).toBe(1.0000000000000002)
  })

  it('random numbers repeat with their seed and are uniform', () => {
    const first = seededRandom(5)
    const again = seededRandom(5)
    const other = seededRandom(6)
    const drawn = Array.from({ length: 10000 }, first)
    expect(drawn.slice(0, 100)).toEqual(Array.from({ length: 100 }, again))
    expect(other()).not.toBe(drawn[0])
    const counts = new Array<number>(10).fill(0)
    for (const value of drawn) counts[Math.floor(value * 10)]++
    const chiSquare = counts.reduce((sum, count) => sum + (count - 1000) ** 2 / 1000, 0)
    // scipy.stats.chi2.isf(1e-4, 9)
    expect(chiSquare).toBeLessThan(33.72)
  })
})
