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

  it('finds nothing in a slice of one value', () => {
    expect(findForeground(new Float32Array(12).fill(7), 3, 4, rule).count).toBe(0)
  })
})
