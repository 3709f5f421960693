import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import {
  decodeRuns,
  encodeRuns,
  packRuns,
  unpackRuns
} from '../../../../../src-main/feedback/masks/run-length'
import { measureMask, packMask, unpackMask } from '../../../../../src-main/feedback/masks/slice-mask'
import { rasteriseDrawing } from '../../../../../src-main/feedback/masks/rasterise-drawing'
import { boxMask } from '../make-verdict'

const draw = (mask: Uint8Array, columns: number): string[] =>
  Array.from({ length: mask.length / columns }, (_, y) =>
    [...mask.subarray(y * columns, (y + 1) * columns)].map((value) => (value ? '#' : '.')).join('')
  )

describe('run-length code', () => {
  it('equals pycocotools on a small mask', () => {
    // pycocotools 2.0.11: mask.encode of zeros(7, 5) with [2:5, 1:4] = 1 and [0, 4] = 1
    const mask = boxMask([1, 2, 3, 3], 7, 5)
    mask[4] = 1
    expect(packMask(mask, 7, 5, { sliceIndex: 0, sopInstanceUid: null }).counts).toBe('934000NN4')
    // column by column: 7 + 2 zeros, 3 ones, 4 zeros, 3 ones, 4, 3, then 2 zeros, the corner, 6 zeros
    expect(encodeRuns(mask, 7, 5)).toEqual([9, 3, 4, 3, 4, 3, 2, 1, 6])
    expect(measureMask(mask, 5)).toEqual({ bbox: [1, 0, 4, 5], areaPx: 10 })
  })

  it('equals pycocotools on an ellipse of 512 x 400', () => {
    // ((yy - 300) / 90)^2 + ((xx - 123) / 47)^2 <= 1; mask.encode counts: 202 characters, this SHA-256, area 13271
    const mask = Uint8Array.from({ length: 512 * 400 }, (_, i) => {
      const [x, y] = [i % 400, Math.floor(i / 400)]
      return ((y - 300) / 90) ** 2 + ((x - 123) / 47) ** 2 <= 1 ? 1 : 0
    })
    const { counts } = packMask(mask, 512, 400, { sliceIndex: 0, sopInstanceUid: null })
    expect(counts).toHaveLength(202)
    expect(createHash('sha256').update(counts).digest('hex')).toBe(
      'a523ebb97553192cdb1b6124695b241335727eb596720b2b151d90e120b08190'
    )
    expect(measureMask(mask, 400)).toEqual({ bbox: [76, 210, 95, 181], areaPx: 13271 })
    const back = unpackMask({ counts, size: [512, 400], sliceIndex: 0, sopInstanceUid: null })
    expect(Buffer.compare(back, mask)).toBe(0)
  })

  it('comes back from every pattern of a 3 x 4 mask, full and empty ones too', () => {
    for (let bits = 0; bits < 4096; bits += 1) {
      const mask = Uint8Array.from({ length: 12 }, (_, i) => (bits >> i) & 1)
      expect(decodeRuns(unpackRuns(packRuns(encodeRuns(mask, 3, 4))), 3, 4)).toEqual(mask)
    }
    expect(measureMask(new Uint8Array(12), 4)).toBe(null)
  })

  it('refuses codes that do not fill the mask, or are none', () => {
    for (const counts of ['', '0', '=', 'oooooooooo', '934000NN5', '~']) {
      expect(() => decodeRuns(unpackRuns(counts), 7, 5), counts).toThrow(
        expect.objectContaining({ code: 'feedback-import-invalid' })
      )
    }
  })
})

describe('rasteriseDrawing', () => {
  it('covers the pixels whose centres lie in an ellipse, turned too', () => {
    const upright = { tool: 'ellipse', centre: [3, 2], radii: [2, 1], angleRad: 0 } as const
    // by hand: (dx / 2)^2 + dy^2 <= 1
    const expected = ['.......', '...#...', '.#####.', '...#...', '.......']
    expect(draw(rasteriseDrawing({ ...upright, centre: [3, 2], radii: [2, 1] }, 5, 7), 7)).toEqual(expected)
    const turned = rasteriseDrawing(
      { ...upright, centre: [2, 3], radii: [2, 1], angleRad: Math.PI / 2 - 1e-9 },
      7,
      5
    )
    expect(draw(turned, 5)).toEqual(['.....', '..#..', '..#..', '.###.', '..#..', '..#..', '.....'])
  })

  it('fills an outline by the even-odd rule and cuts it at the border', () => {
    const outline: [number, number][] = [
      [-5, 0.5],
      [3.5, 0.5],
      [3.5, 2.5],
      [-5, 2.5]
    ]
    expect(draw(rasteriseDrawing({ tool: 'freehand', outline }, 4, 5), 5)).toEqual([
      '.....',
      '####.',
      '####.',
      '.....'
    ])
  })

  it('gives neighbouring outlines no pixel in common and leaves no gap', () => {
    const left: [number, number][] = [
      [0, 0],
      [2, 0],
      [2, 4],
      [0, 4]
    ]
    const right: [number, number][] = [
      [2, 0],
      [5, 0],
      [5, 4],
      [2, 4]
    ]
    const [a, b] = [left, right].map((outline) => rasteriseDrawing({ tool: 'freehand', outline }, 5, 6))
    expect(
      draw(
        Uint8Array.from(a, (v, i) => v + b[i]),
        6
      ).slice(0, 4)
    ).toEqual(Array(4).fill('#####.'))
    expect(a.some((v, i) => v && b[i])).toBe(false)
  })

  it('sweeps a round brush along its stroke', () => {
    const stroke: [number, number][] = [
      [1, 2],
      [5, 2]
    ]
    expect(draw(rasteriseDrawing({ tool: 'brush', stroke, radiusPx: 1 }, 5, 8), 8)).toEqual([
      '........',
      '.#####..',
      '#######.',
      '.#####..',
      '........'
    ])
    expect(draw(rasteriseDrawing({ tool: 'brush', stroke: [[2, 2]], radiusPx: 0.4 }, 5, 5), 5)[2]).toBe(
      '..#..'
    )
  })
})
