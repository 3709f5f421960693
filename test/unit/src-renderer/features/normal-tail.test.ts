import { describe, expect, it } from 'vitest'
import { expectedCounts, normalTail } from '../../../../src-renderer/features/histogram/normal-tail'

// an exponential distribution of mean 2: quantile(p) = -2 ln(1 - p); standardised with median 1 and spread 4
const quantiles = Object.fromEntries(
  [0.5, 0.9, 0.95, 0.99, 0.999].map((level) => [String(level), -2 * Math.log(1 - level)])
)
const tail = normalTail({ median: 1, spread: 4, quantiles })

describe('normalTail', () => {
  it('is the tail of an exponential distribution where the quantiles are', () => {
    for (const raw of [1.5, 2, 3.3, 5, 9, 13])
      expect(tail?.((raw - 1) / 4)).toBeCloseTo(Math.exp(-raw / 2), 9)
  })

  it('says nothing beyond the quantiles, or where there are none', () => {
    expect(tail?.((1.3 - 1) / 4)).toBeNull()
    expect(tail?.((14 - 1) / 4)).toBeNull()
    expect(normalTail({ median: 1, spread: 4 })).toBeNull()
    expect(normalTail({ median: 1, spread: 4, quantiles: { '0.5': 1 } })).toBeNull()
  })

  it('expects as many pixels in a bin as the tails on its edges differ by', () => {
    const edges = [0, (2 - 1) / 4, (4 - 1) / 4, (20 - 1) / 4]
    const [below, within, beyond] = expectedCounts(tail!, edges, 1000)
    // 0 is the score of the raw value 1, under the median 2 ln 2 = 1.386, where nothing is known
    expect(below).toBeNull()
    expect(within).toBeCloseTo(1000 * (Math.exp(-1) - Math.exp(-2)), 6)
    expect(beyond).toBeNull()
  })
})
