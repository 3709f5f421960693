import { describe, expect, it } from 'vitest'
import { createRandom } from '../../../../scripts/make-demo-study/seeded-random.mjs'

describe('createRandom', () => {
  it('repeats itself for a seed and differs between seeds', () => {
    const draw = (seed: number) => {
      const random = createRandom(seed)
      return Array.from({ length: 8 }, () => random.nextWord())
    }
    expect(draw(1)).toEqual(draw(1))
    expect(draw(1)).not.toEqual(draw(2))
  })

  it('draws uniform numbers over the whole range', () => {
    // 20,000 draws into ten bins: 2000 each, standard deviation sqrt(20000 * 0.1 * 0.9) = 42; five of them are 212.
    const random = createRandom(7)
    const bins = new Array<number>(10).fill(0)
    for (let i = 0; i < 20_000; i++) bins[Math.floor(random.between(0, 10))]! += 1
    for (const bin of bins) expect(Math.abs(bin - 2000)).toBeLessThan(212)
  })

  it('draws normal numbers of mean 0 and variance 1', () => {
    // Standard error of the mean 1 / sqrt(50000) = 0.0045; of the variance about sqrt(2 / 50000) = 0.0063.
    const random = createRandom(3)
    const values = Array.from({ length: 50_000 }, () => random.normal())
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length
    expect(Math.abs(mean)).toBeLessThan(0.0225)
    expect(Math.abs(variance - 1)).toBeLessThan(0.0315)
  })
})
