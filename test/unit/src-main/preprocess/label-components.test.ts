import { describe, expect, it } from 'vitest'
import { labelComponents } from '../../../../src-main/preprocess/label-components'
import { seededNumbers } from '../gradient/tiny-model'

/** The definition taken literally: every region is walked pixel by pixel from its first one. */
function walkedLabels(mask: Uint8Array, rows: number, columns: number, connectivity: 4 | 8): number[] {
  const labels = new Array<number>(mask.length).fill(0)
  let label = 0
  const walk = (y: number, x: number): void => {
    if (y < 0 || x < 0 || y >= rows || x >= columns) return
    if (!mask[y * columns + x] || labels[y * columns + x]) return
    labels[y * columns + x] = label
    for (const dy of [-1, 0, 1]) {
      for (const dx of [-1, 0, 1]) if (connectivity === 8 || dx === 0 || dy === 0) walk(y + dy, x + dx)
    }
  }
  mask.forEach((value, pixel) => {
    if (!value || labels[pixel]) return
    label++
    walk(Math.floor(pixel / columns), pixel % columns)
  })
  return labels
}

describe('labelComponents', () => {
  it.each([4, 8] as const)('labels as a walk does, in order of first appearance (%i)', (connectivity) => {
    const random = seededNumbers(connectivity)
    for (let trial = 0; trial < 200; trial++) {
      const rows = 1 + Math.floor(20 * random())
      const columns = 1 + Math.floor(20 * random())
      const density = random()
      const mask = Uint8Array.from({ length: rows * columns }, () => (random() < density ? 1 : 0))
      const { labels, sizes } = labelComponents(mask, rows, columns, connectivity)
      const expected = walkedLabels(mask, rows, columns, connectivity)
      expect([...labels]).toEqual(expected)
      const counted = sizes.map((_, label) => (label ? expected.filter((l) => l === label).length : 0))
      expect(sizes).toEqual(counted)
      expect(sizes.length).toBe(1 + Math.max(0, ...expected))
    }
  })

  it('keeps apart by edges what touches by corners only, and joins a U at its bottom', () => {
    expect(labelComponents([1, 0, 0, 1], 2, 2, 4).sizes).toEqual([0, 1, 1])
    expect(labelComponents([1, 0, 0, 1], 2, 2, 8).sizes).toEqual([0, 2])
    expect(labelComponents([1, 0, 1, 1, 0, 1, 1, 1, 1], 3, 3, 4).sizes).toEqual([0, 7])
  })
})
