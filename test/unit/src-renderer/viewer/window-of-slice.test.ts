import { describe, expect, it } from 'vitest'
import { windowOfSlice } from '../../../../src-renderer/viewer/window-of-slice'

describe('windowOfSlice', () => {
  it('spans from the ground to the 99th percentile of what is above it', () => {
    // 100 pixels of ground, then 1 to 100: index floor(0.99 * 99) = 98 of those is 99
    const values = Float32Array.from({ length: 200 }, (_, i) => Math.max(0, i - 99))
    expect(windowOfSlice(values)).toEqual({ center: 49.5, width: 99 })
  })

  it('is not led astray by single bright pixels or values that are no numbers', () => {
    const values = Float32Array.from({ length: 1000 }, (_, i) => i % 10)
    values[3] = 1e6
    values[4] = NaN
    values[5] = Infinity
    expect(windowOfSlice(values)).toEqual({ center: 4.5, width: 9 })
  })

  it('does not count padding, low or high', () => {
    const values = Float32Array.from({ length: 1000 }, (_, at) => at % 100)
    const padded = Float32Array.from([...values, ...values.map(() => 9999), ...values.map(() => -9999)])
    const padding = Uint8Array.from(padded, (value) => (Math.abs(value) === 9999 ? 1 : 0))
    expect(windowOfSlice(padded, padding)).toEqual(windowOfSlice(values))
  })

  it('has a width for a slice of one value', () => {
    expect(windowOfSlice(new Float32Array(9).fill(7))).toEqual({ center: 7.5, width: 1 })
    expect(windowOfSlice(new Float32Array(0))).toEqual({ center: 0.5, width: 1 })
  })
})
