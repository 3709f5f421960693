import { describe, expect, it } from 'vitest'
import { sliceAt, sliceWidth } from '../../../../src-renderer/features/slice-strip/draw-slice-strip'

describe('the slice strip', () => {
  it('shares its width among the slices, but makes none wider than 48 pixels', () => {
    expect(sliceWidth(24, 816)).toBe(34)
    expect(sliceWidth(2, 816)).toBe(48)
    expect(sliceWidth(1632, 816)).toBe(0.5)
  })

  it('finds the slice under a place, also where there are more slices than pixels', () => {
    expect([0, 33.9, 34, 815.9].map((x) => sliceAt(x, 24, 816))).toEqual([0, 0, 1, 23])
    expect(sliceAt(400, 1632, 816)).toBe(800)
    // beside the short strip, and beyond its ends
    expect(sliceAt(500, 2, 816)).toBe(1)
    expect(sliceAt(-5, 24, 816)).toBe(0)
  })
})
