import { describe, expect, it } from 'vitest'
import {
  percentile,
  percentileOfFloats,
  selectRank,
  smallestOf
} from '../../../../src-main/preprocess/percentile'
import { seededNumbers } from '../gradient/tiny-model'

describe('percentile', () => {
  // numpy.percentile([15, 20, 35, 40, 50], [0, 5, 30, 40, 50, 99, 100])
  it.each([
    [0, 15],
    [5, 16],
    [30, 23],
    [40, 29],
    [50, 35],
    [99, 49.6],
    [100, 50]
  ])('gives the %d th as numpy does', (percent, expected) => {
    expect(percentile([50, 15, 40, 20, 35], percent)).toBeCloseTo(expected, 12)
  })

  it('is not a number for no values', () => {
    expect(percentile([], 50)).toBeNaN()
  })
})

describe('selectRank', () => {
  it('gives what a sort gives, of either sign, for subnormals, infinities and both zeros', () => {
    const random = seededNumbers(5)
    const special = [0, -0, 1e-42, -1e-42, Infinity, -Infinity, 3.4e38, -3.4e38, 1, -1]
    for (let trial = 0; trial < 60; trial++) {
      const values = Float32Array.from({ length: 1 + Math.floor(60 * random()) }, () =>
        random() < 0.4
          ? special[Math.floor(special.length * random())]
          : (random() - 0.5) * 10 ** (20 * random() - 10)
      )
      // A typed array sorts by value, -0 before +0 (ECMA-262, %TypedArray%.prototype.sort).
      const sorted = Float32Array.from(values).sort()
      sorted.forEach((value, rank) => {
        const next = sorted[Math.min(rank + 1, sorted.length - 1)]
        expect(selectRank(values, rank).every((found, i) => Object.is(found, [value, next][i]))).toBe(true)
      })
      expect(smallestOf(values)).toBe(sorted[0])
    }
  })

  it('makes the percentile of floats that of the sorted numbers', () => {
    const random = seededNumbers(6)
    const values = Float32Array.from({ length: 501 }, () => 2000 * random() - 1000)
    for (const percent of [0, 1, 33.3, 50, 99, 99.7, 100]) {
      expect(percentileOfFloats(values, percent)).toBe(percentile(values, percent))
    }
    expect(percentileOfFloats(new Float32Array(0), 50)).toBeNaN()
  })
})
