import { expect, it } from 'vitest'
import { seededNormal } from '../../../../src-main/maps/seeded-normal'
import { expectClose, valuesOf } from '../../../helpers/map-values'

// Python's whole numbers and numpy's functions; the last bit of a logarithm may differ before rounding to float32.
it.each([0, 1, 2 ** 32 - 1])('seed %i gives the numbers that Python gives', (seed) => {
  expectClose(seededNormal(seed, 9), valuesOf('normal', String(seed)), 2.4e-7)
})

it('begins longer lists with the shorter ones', () => {
  expect(seededNormal(5, 100).slice(0, 7)).toEqual(seededNormal(5, 7))
})

it('is standard normal: moments and tails of 200,000 numbers', () => {
  const drawn = seededNormal(12, 200_000)
  const mean = (of: (value: number) => number): number =>
    drawn.reduce((sum, value) => sum + of(value), 0) / drawn.length
  // five standard errors of each: sqrt(Var / n) with Var = 1, 2, 15, 96; and of the share beyond 1.96, 0.05
  const error = 5 / Math.sqrt(drawn.length)
  expect(Math.abs(mean((value) => value))).toBeLessThan(error)
  expect(Math.abs(mean((value) => value ** 2) - 1)).toBeLessThan(error * Math.sqrt(2))
  expect(Math.abs(mean((value) => value ** 3))).toBeLessThan(error * Math.sqrt(15))
  expect(Math.abs(mean((value) => value ** 4) - 3)).toBeLessThan(error * Math.sqrt(96))
  const beyond = mean((value) => (Math.abs(value) > 1.959963985 ? 1 : 0))
  expect(Math.abs(beyond - 0.05)).toBeLessThan(error * Math.sqrt(0.05 * 0.95))
})
