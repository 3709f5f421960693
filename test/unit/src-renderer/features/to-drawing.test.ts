import { describe, expect, it } from 'vitest'
import { rasteriseDrawing } from '../../../../src-main/feedback/masks/rasterise-drawing'
import { addStroke, linesOf, toDrawing } from '../../../../src-renderer/features/verdicts/to-drawing'
import type { DrawnShape } from '../../../../src-renderer/state/tools'

const shape = (kind: DrawnShape['kind'], points: [number, number][], radiusPx?: number): DrawnShape => ({
  seriesId: 's',
  sliceIndex: 0,
  kind,
  points: points.map(([x, y]) => ({ x, y })),
  radiusPx
})
const pixelsOf = (drawing: NonNullable<ReturnType<typeof toDrawing>>): string[] => {
  const mask = rasteriseDrawing(drawing, 10, 10)
  return [...mask.keys()].filter((i) => mask[i]).map((i) => `${i % 10},${Math.floor(i / 10)}`)
}

describe('toDrawing', () => {
  it('covers the pixels that were drawn over: points count from the corner, masks from the centre', () => {
    // the square of the pixels (2, 3) to (4, 5), drawn along their outer edges
    const outline = toDrawing(
      shape('freehand', [
        [2, 3],
        [5, 3],
        [5, 6],
        [2, 6]
      ])
    )
    expect(pixelsOf(outline!)).toEqual(['2,3', '3,3', '4,3', '2,4', '3,4', '4,4', '2,5', '3,5', '4,5'])
    // an ellipse in the same box touches the middles of its sides, not its corners
    const ellipse = toDrawing(
      shape('ellipse', [
        [5, 6],
        [2, 3]
      ])
    )
    expect(ellipse).toEqual({ tool: 'ellipse', centre: [3, 4], radii: [1.5, 1.5], angleRad: 0 })
    expect(pixelsOf(ellipse!)).toContain('3,3')
    // a dab in the middle of pixel (7, 7), narrower than the way to its neighbours
    expect(pixelsOf(toDrawing(shape('brush', [[7.5, 7.5]], 0.9))!)).toEqual(['7,7'])
  })

  it('makes nothing of what encloses nothing', () => {
    expect(
      toDrawing(
        shape('ellipse', [
          [2, 2],
          [2, 8]
        ])
      )
    ).toBeNull()
    expect(
      toDrawing(
        shape('freehand', [
          [1, 1],
          [2, 2]
        ])
      )
    ).toBeNull()
    expect(
      toDrawing(
        shape('length', [
          [1, 1],
          [2, 2]
        ])
      )
    ).toBeNull()
  })

  it('draws again where it was drawn', () => {
    const points: [number, number][] = [
      [1, 1],
      [4, 1],
      [4, 5]
    ]
    expect(linesOf(toDrawing(shape('freehand', points))!)[0].points).toEqual(
      points.map(([x, y]) => ({ x, y }))
    )
    const [{ points: round }] = linesOf(
      toDrawing(
        shape('ellipse', [
          [2, 3],
          [6, 5]
        ])
      )!
    )
    expect(Math.min(...round.map(({ x }) => x))).toBeCloseTo(2)
    expect(Math.max(...round.map(({ y }) => y))).toBeCloseTo(5)
  })
})

describe('addStroke', () => {
  const first = toDrawing(
    shape(
      'brush',
      [
        [2, 2],
        [5, 2]
      ],
      1
    )
  )!
  const crossing = toDrawing(
    shape(
      'brush',
      [
        [5, 2.5],
        [5, 6]
      ],
      0.6
    )
  )!

  it('adds a stroke that touches the painted ones, and covers both', () => {
    const both = addStroke(first, crossing)!
    expect(new Set(pixelsOf(both))).toEqual(new Set([...pixelsOf(first), ...pixelsOf(crossing)]))
    expect(linesOf(both).map(({ radiusPx }) => radiusPx)).toEqual([1, 0.6])
  })

  it('leaves one that lies apart, and other drawings, to themselves', () => {
    expect(addStroke(first, toDrawing(shape('brush', [[8, 8]], 1))!)).toBeNull()
    const ellipse = toDrawing(
      shape('ellipse', [
        [1, 1],
        [6, 6]
      ])
    )
    expect(addStroke(ellipse, crossing)).toBeNull()
    expect(addStroke(null, crossing)).toBeNull()
  })
})
