import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { findRegions } from '../../../../src-main/maps/find-regions'
import { joinFindings } from '../../../../src-main/maps/join-findings'
import { sliceNeighbours } from '../../../../src-main/maps/slice-neighbours'

interface Case {
  shape: [slices: number, rows: number, columns: number]
  threshold: number
  scores: number[]
  bodies: {
    voxels: number
    peak: number
    mean: number
    peakSlice: number
    peakAt: [number, number]
    firstSlice: number
    lastSlice: number
  }[]
}
/** From scipy.ndimage.label with a 3 x 3 x 3 structure; models/training/fixtures/make_joined_findings.py */
const cases = JSON.parse(
  readFileSync(join(__dirname, '../../../fixtures/findings/joined.json'), 'utf8')
) as Case[]

const anySize = { minAreaMm2: 0, minAreaPx: 1 }
const axial = [1, 0, 0, 0, 1, 0]
const stack = (distancesMm: number[], rows: number, columns: number, spacingMm: [number, number] = [1, 1]) =>
  distancesMm.map((z) => ({
    rows,
    columns,
    spacingMm,
    orientation: axial,
    positionMm: [0, 0, z] as [number, number, number],
    distanceAlongNormalMm: z
  }))

function joinVolume(
  scores: number[],
  shape: [number, number, number],
  threshold: number,
  distances?: number[]
) {
  const [count, rows, columns] = shape
  const slices = stack(distances ?? Array.from({ length: count }, (_, i) => 2 * i), rows, columns)
  const regions = slices.map((_, i) =>
    findRegions(
      Float32Array.from(scores.slice(i * rows * columns, (i + 1) * rows * columns)),
      rows,
      columns,
      threshold,
      [1, 1]
    )
  )
  return joinFindings(regions, sliceNeighbours(slices), anySize)
}

describe('joinFindings', () => {
  it.each(cases.map((one, i) => [i, one] as const))(
    'finds the bodies that scipy finds: volume %i',
    (_, one) => {
      const found = joinVolume(one.scores, one.shape, one.threshold)
      expect(found).toHaveLength(one.bodies.length)
      expect(one.bodies.length).toBeGreaterThan(0)
      found.forEach((body, rank) => {
        const { mean, peak, ...expected } = one.bodies[rank]
        expect(body).toMatchObject(expected)
        expect(body.peak).toBeCloseTo(peak, 5)
        expect(body.mean).toBeCloseTo(mean, 5)
        // slices of 2 mm, pixels of 1 mm2
        expect(body.volumeMm3).toBeCloseTo(2 * expected.voxels, 9)
        expect(body.parts.reduce((sum, { finding }) => sum + finding.areaPx, 0)).toBe(expected.voxels)
      })
    }
  )

  // two single pixels on slices 0 and 1, touching at a corner
  const touching = [9, 0, 0, 0, 0, 0, 0, 0, 0, /**/ 0, 0, 0, 0, 8, 0, 0, 0, 0, /**/ 0, 0, 0, 0, 0, 0, 0, 0, 0]

  it('does not join across a gap where a slice is missing', () => {
    expect(joinVolume(touching, [3, 3, 3], 5, [0, 4, 8])).toHaveLength(1)
    const slices = stack([0, 8, 12, 16], 3, 3)
    const regions = [9, 8, 0, 0].map((score) =>
      findRegions(Float32Array.of(0, 0, 0, 0, score, 0, 0, 0, 0), 3, 3, 5, [1, 1])
    )
    const found = joinFindings(regions, sliceNeighbours(slices), anySize)
    expect(found.map(({ peakSlice }) => peakSlice)).toEqual([0, 1])
    // each slice reaches 2 mm to either side: 4 mm is the usual distance, also beside the gap
    expect(found.map(({ volumeMm3 }) => volumeMm3)).toEqual([4, 4])
  })

  it('joins nothing where positions are not known, and gives no volume then', () => {
    const slices = stack([0, 2, 4], 3, 3).map((slice) => ({
      ...slice,
      positionMm: null,
      distanceAlongNormalMm: null
    }))
    const regions = [0, 1, 2].map((i) =>
      findRegions(Float32Array.from(touching.slice(9 * i, 9 * i + 9)), 3, 3, 5, [1, 1])
    )
    const found = joinFindings(regions, sliceNeighbours(slices), anySize)
    expect(found.map(({ volumeMm3, firstSlice }) => [volumeMm3, firstSlice])).toEqual([
      [null, 0],
      [null, 1]
    ])
  })

  it('follows the shift of a tilted gantry', () => {
    const slices = stack([0, 2], 3, 8).map((slice, i) => ({
      ...slice,
      positionMm: [3 * i, 0, 2 * i] as [number, number, number]
    }))
    const row = (x: number): Float32Array =>
      Float32Array.from({ length: 24 }, (_, i) => (i === 8 + x ? 9 : 0))
    const joinAt = (first: number, second: number) =>
      joinFindings(
        [row(first), row(second)].map((map) => findRegions(map, 3, 8, 5, [1, 1])),
        sliceNeighbours(slices),
        anySize
      )
    // column 2 of the second slice lies over column 5 of the first
    expect(joinAt(5, 2)).toHaveLength(1)
    expect(joinAt(2, 2)).toHaveLength(2)
  })

  it('leaves out what is too small as an area, or as a body where volumes are known', () => {
    const block = (size: number): Float32Array =>
      Float32Array.from({ length: 100 }, (_, i) => (i % 10 < size && i < 10 * size ? 9 : 0))
    const limits = { minAreaMm2: 16, minAreaPx: 20 }
    const count = (distances: number[], sizes: number[]) =>
      joinFindings(
        sizes.map((size) => findRegions(block(size), 10, 10, 5, [1, 1])),
        sliceNeighbours(stack(distances, 10, 10)),
        limits
      ).length
    // 9 mm2 on every slice: too small on each
    expect(count([0, 4, 8, 12, 16], [3, 3, 3, 3, 3])).toBe(0)
    // 16 mm2 on one slice of 1 mm: 16 mm3, while the ball has 4 / (3 sqrt(pi)) * 64 = 48.1 mm3
    expect(count([0, 1, 2], [0, 4, 0])).toBe(0)
    expect(count([0, 4, 8], [0, 4, 0])).toBe(1)
    expect(count([0, 1, 2, 3], [0, 4, 4, 4])).toBe(0)
    expect(count([0, 1, 2, 3], [4, 4, 4, 4])).toBe(1)
  })

  it('counts every pixel of many bodies on 300 slices once', () => {
    const slices = stack(
      Array.from({ length: 300 }, (_, i) => i),
      40,
      40
    )
    const regions = slices.map((_, i) =>
      findRegions(
        Float32Array.from({ length: 1600 }, (_, p) => ((p * 7919 + i * 104729) % 97 === 0 ? 9 : 0)),
        40,
        40,
        5,
        [1, 1]
      )
    )
    const total = regions.reduce(
      (sum, { regions }) => sum + regions.reduce((n, { areaPx }) => n + areaPx, 0),
      0
    )
    const found = joinFindings(regions, sliceNeighbours(slices), anySize)
    expect(found.reduce((sum, { voxels }) => sum + voxels, 0)).toBe(total)
  })
})
