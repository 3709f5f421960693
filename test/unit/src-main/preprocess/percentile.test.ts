import { describe, expect, it } from 'vitest'
import { percentile } from '../../../../src-main/preprocess/percentile'

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
