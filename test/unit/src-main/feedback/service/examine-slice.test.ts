import { describe, expect, it } from 'vitest'
import { unpackMask } from '../../../../../src-main/feedback/masks/slice-mask'
import { examineSlice, type ExaminedSlice } from '../../../../../src-main/feedback/service/examine-slice'

const [rows, columns] = [4, 6]

/** Two regions over 5: pixels (1, 1) 9, (2, 2) 6 that touch at a corner, and (5, 0) 7 by itself. */
const values = new Float32Array(rows * columns)
values[1 * columns + 1] = 9
values[2 * columns + 2] = 6
values[5] = 7

const slice = (changes: Partial<ExaminedSlice>): ExaminedSlice => ({
  sliceIndex: 3,
  sopInstanceUid: '1.2.3',
  rows,
  columns,
  spacingMm: [2, 0.5],
  map: {
    values,
    foreground: new Uint8Array(rows * columns).fill(1),
    threshold: 5,
    limits: { spacingMm: [2, 0.5], minAreaMm2: 2, minAreaPx: 1 },
    score: 12,
    scoreStandardised: 1.5
  },
  judged: null,
  keepStatistics: true,
  ...changes
})
const pixelsOf = ({ mask }: ReturnType<typeof examineSlice>): number[] =>
  mask ? [...unpackMask(mask).keys()].filter((i) => unpackMask(mask)[i]) : []

describe('examineSlice', () => {
  it('keeps the outline and the facts of the finding whose peak is named', () => {
    const found = examineSlice(slice({ judged: { peaks: [[1, 1]] } }))
    // two pixels of 1 mm2 each, joined at a corner
    expect(found.region).toEqual({
      bbox: [1, 1, 2, 2],
      areaPx: 2,
      areaMm2: 2,
      peak: 9,
      mean: 7.5,
      peakAt: [1, 1]
    })
    expect(pixelsOf(found)).toEqual([7, 14])
    // the single pixel of 1 mm2 is smaller than a finding has to be
    expect(found.statistics).toMatchObject({ sliceIndex: 3, peak: 9, score: 12, findingPeaks: [9] })
  })

  it('covers all regions of a body that branches on the slice, whatever their size', () => {
    const found = examineSlice(
      slice({
        judged: {
          peaks: [
            [1, 1],
            [5, 0]
          ]
        },
        keepStatistics: false
      })
    )
    expect(pixelsOf(found)).toEqual([5, 7, 14])
    expect(found.statistics).toBeNull()
  })

  it('refuses a place where no finding has its peak', () => {
    expect(() => examineSlice(slice({ judged: { peaks: [[2, 2]] } }))).toThrow(/no finding has its peak/)
  })

  it('scores a drawing by the map under it, and leaves scores out where there is none', () => {
    const drawing = {
      tool: 'freehand' as const,
      outline: [
        [3.5, -0.5],
        [5.5, -0.5],
        [5.5, 1.5],
        [3.5, 1.5]
      ] as [number, number][]
    }
    const found = examineSlice(slice({ judged: { drawing } }))
    expect(found.region).toEqual({
      bbox: [4, 0, 2, 2],
      areaPx: 4,
      areaMm2: 4,
      peak: 7,
      mean: 1.75,
      peakAt: [5, 0]
    })
    const without = examineSlice(slice({ judged: { drawing }, map: null }))
    expect(without.region).toMatchObject({ areaPx: 4, peak: null, mean: null, peakAt: null })
    expect(without.statistics).toBeNull()
    const outside = { ...drawing, outline: drawing.outline.map(([x, y]): [number, number] => [x + 20, y]) }
    expect(() => examineSlice(slice({ judged: { drawing: outside } }))).toThrow(/covers no pixel/)
  })
})
