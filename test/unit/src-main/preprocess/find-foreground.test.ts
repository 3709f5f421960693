import { describe, expect, it } from 'vitest'
import { findForeground } from '../../../../src-main/preprocess/find-foreground'

const rule = { rule: 'percentile-fraction', percentile: 100, fraction: 0.1 } as const

function slice(lines: string[]): Float32Array {
  return Float32Array.from(lines.join(''), (letter) => (letter === '#' ? 100 : 0))
}

describe('findForeground', () => {
  it('keeps the largest region, joined over corners, and fills its holes', () => {
    const lines = ['#.......', '..###...', '..#.#...', '..###...', '.....#..', '........']
    const { mask, count, box } = findForeground(slice(lines), 6, 8, rule)
    // 8 ring pixels, the hole, and the pixel at the ring's corner; not the lone pixel at the top left
    expect(count).toBe(10)
    expect(mask[2 * 8 + 3]).toBe(1)
    expect(mask[0]).toBe(0)
    expect(box).toEqual({ firstRow: 1, lastRow: 4, firstColumn: 2, lastColumn: 5 })
  })

  it('does not fill a bay that is open to the border', () => {
    const { mask } = findForeground(slice(['###', '#..', '###']), 3, 3, rule)
    expect(Array.from(mask)).toEqual([1, 1, 1, 1, 0, 0, 1, 1, 1])
  })

  it('treats values that are not numbers as background', () => {
    const { mask, base } = findForeground(Float32Array.of(NaN, 5, 9, Infinity), 1, 4, rule)
    expect(base).toBe(5)
    expect(Array.from(mask)).toEqual([0, 0, 1, 0])
  })

  it('does not take undershoots beside edges for the background', () => {
    // 20 x 20 pixels of 0 with a patient of 100; two undershoots are .5 % of the pixels, under the 1st percentile: 0.
    // The level is 0 - .08 / 2 * (100 - 0) = -4, the limit -4 + .08 * 104 = 4.32; a level of -30 would put it at
    // -19.6, below the background of 0.
    const values = new Float32Array(400)
    for (let y = 5; y < 15; y++) values.fill(100, y * 20 + 5, y * 20 + 15)
    values[4 * 20 + 7] = -30
    values[4 * 20 + 8] = -30
    const found = findForeground(values, 20, 20, { ...rule, percentile: 99, fraction: 0.08 })
    expect(found.base).toBeCloseTo(-4, 6)
    expect(found.count).toBe(100)
    values[4 * 20 + 7] = values[4 * 20 + 8] = -3
    expect(findForeground(values, 20, 20, { ...rule, percentile: 99, fraction: 0.08 }).base).toBe(-3)
  })

  it('finds nothing in a slice of one value', () => {
    expect(findForeground(new Float32Array(12).fill(7), 3, 4, rule).count).toBe(0)
  })
})
