import { describe, expect, it } from 'vitest'
import type { ClosedShape } from '../../../../src-renderer/viewer/pixels-inside'
import { regionStatistics } from '../../../../src-renderer/viewer/region-statistics'

const rows = 6
const columns = 8
/** The value of a pixel is its offset. */
const values = Float32Array.from({ length: rows * columns }, (_, at) => at)
const of = (shape: ClosedShape, pixels: ArrayLike<number> = values) =>
  regionStatistics(shape, pixels, rows, columns)
const box = (x0: number, y0: number, x1: number, y1: number) => [
  { x: x0, y: y0 },
  { x: x1, y: y1 }
]

describe('regionStatistics', () => {
  it('takes the pixels whose centres lie in a rectangle', () => {
    // columns 1 to 3, rows 2 to 3: 17, 18, 19, 25, 26, 27; mean 22; squares 25 + 16 + 9 + 9 + 16 + 25 = 100
    const found = of({ kind: 'rectangle', points: box(1, 2, 4, 4) })
    expect(found).toMatchObject({ count: 6, mean: 22, minimum: 17, maximum: 27 })
    expect(found.standardDeviation).toBeCloseTo(Math.sqrt(100 / 6), 12)
    // less than half of a pixel at the edges counts no further pixel, and the corners may come in any order
    expect(of({ kind: 'rectangle', points: box(4.4, 4.4, 0.6, 1.6) })).toEqual(found)
  })

  it('takes the pixels of an ellipse', () => {
    // radius 2 about (4, 3): centres at (±0.5, ±0.5), (±1.5, ±0.5), (±0.5, ±1.5); (±1.5, ±1.5) is 2.12 away
    const found = of({ kind: 'ellipse', points: box(2, 1, 6, 5) })
    expect(found.count).toBe(12)
    // symmetric about the corner of the pixels 19, 20, 27, 28
    expect(found.mean).toBe(23.5)
  })

  it('takes the pixels of an outline by the even-odd rule', () => {
    // right angle at (0, 0), legs of 3.9: the centres with x + y < 3.9 are 3, 2 and 1 in the first three rows
    const triangle = [
      { x: 0, y: 0 },
      { x: 3.9, y: 0 },
      { x: 0, y: 3.9 }
    ]
    const found = of({ kind: 'freehand', points: triangle })
    // offsets 0, 1, 2, 8, 9, 16
    expect(found).toMatchObject({ count: 6, mean: 6, minimum: 0, maximum: 16 })
  })

  it('leaves out what is outside the image and what is no number', () => {
    expect(of({ kind: 'rectangle', points: box(-5, -5, 2, 1) })).toMatchObject({ count: 2, mean: 0.5 })
    const holed = values.slice()
    holed[0] = NaN
    expect(of({ kind: 'rectangle', points: box(-5, -5, 2, 1) }, holed)).toMatchObject({ count: 1, mean: 1 })
  })

  it('leaves padding out', () => {
    const padding = Uint8Array.from(values, (value) => (value === 17 || value === 27 ? 1 : 0))
    const shape = { kind: 'rectangle' as const, points: box(1, 2, 4, 4) }
    // 18, 19, 25, 26
    expect(regionStatistics(shape, values, rows, columns, padding)).toMatchObject({
      count: 4,
      mean: 22,
      minimum: 18,
      maximum: 26
    })
  })

  it('has no values where it holds no pixel', () => {
    const nothing = of({ kind: 'ellipse', points: box(2.1, 2.1, 2.3, 2.3) })
    expect(nothing.count).toBe(0)
    expect(nothing.mean).toBeNaN()
    expect(of({ kind: 'rectangle', points: box(20, 20, 30, 30) }).count).toBe(0)
  })
})
