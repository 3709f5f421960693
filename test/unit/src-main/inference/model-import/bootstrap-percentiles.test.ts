import { expect, it } from 'vitest'
import { randomNormal, seededRandom } from '../../../../../src-main/calibration/seeded-random'
import { bootstrapPercentiles } from '../../../../../src-main/inference/model-import/bootstrap-percentiles'

it('gives the exact percentile of the pooled values', () => {
  const groups = [Float32Array.of(5, 1, 9), Float32Array.of(3, 7), Float32Array.of(2, 8, 4, 6)]
  // 1 to 9: rank 0.95 * 8 = 7.6, so 8.6 (numpy.percentile(range(1, 10), 95))
  const [half, high] = bootstrapPercentiles(groups, [50, 95])
  expect(half.value).toBe(5)
  expect(high.value).toBeCloseTo(8.6, 12)
  expect(half.low).toBeLessThanOrEqual(5)
  expect(half.high).toBeGreaterThanOrEqual(5)
})

it('has no band where all groups are alike', () => {
  const one = Float32Array.from({ length: 1000 }, (_, i) => i)
  const [{ value, low, high }] = bootstrapPercentiles([one, one, one, one], [99])
  // every resample is the pool itself; bins are 1/400 of the upper tenth, a quarter of one step here
  expect(low).toBeCloseTo(high, 6)
  expect(Math.abs(low - value)).toBeLessThan(1)
})

it('is as wide as the standard error of the groups, not that of the pixels', () => {
  const random = seededRandom(4)
  const shifts = Array.from({ length: 40 }, () => randomNormal(random))
  const groups = shifts.map((shift) =>
    Float32Array.from({ length: 2000 }, () => shift + 0.05 * randomNormal(random))
  )
  const [{ low, high }] = bootstrapPercentiles(groups, [50])
  // The median of 40 standard normal shifts has the standard error sqrt(pi / 2) / sqrt(40) = 0.198, its 95 % band
  // the width 0.78; over 80,000 pixels as if independent it would be 0.02.
  expect(high - low).toBeGreaterThan(0.4)
  expect(high - low).toBeLessThan(1.3)
})

it('gives the same band again', () => {
  const groups = Array.from({ length: 12 }, (_, g) =>
    Float32Array.from({ length: 50 }, (_, i) => (i * g) % 17)
  )
  expect(bootstrapPercentiles(groups, [95, 99])).toEqual(bootstrapPercentiles(groups, [95, 99]))
})
