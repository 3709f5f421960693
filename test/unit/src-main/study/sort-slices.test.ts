import { describe, expect, it } from 'vitest'
import { distanceAlongNormal, sortSlices, type SortableFrame } from '../../../../src-main/study/sort-slices'

const axial = [1, 0, 0, 0, 1, 0]
const coronal = [1, 0, 0, 0, 0, -1]

function frame(options: Partial<SortableFrame>): SortableFrame {
  return {
    path: 'a',
    frame: 0,
    positionMm: null,
    orientation: null,
    instanceNumber: null,
    sliceLocationMm: null,
    triggerTimeMs: null,
    temporalPosition: null,
    orderHint: null,
    ...options
  }
}

describe('distanceAlongNormal', () => {
  it('projects on row x column', () => {
    expect(distanceAlongNormal(axial, [5, 6, 7])).toBe(7) // x cross y is z
    expect(distanceAlongNormal(coronal, [5, 6, 7])).toBe(6) // x cross -z is y
    // rotated by 30 degrees about x: the normal is (0, -sin 30, cos 30)
    const [sin, cos] = [0.5, Math.sqrt(3) / 2]
    expect(distanceAlongNormal([1, 0, 0, 0, cos, sin], [9, 2, 4])).toBeCloseTo(-2 * sin + 4 * cos, 12)
  })
})

describe('a normal of cosines that are too short', () => {
  it('stretches no distance', () => {
    expect(distanceAlongNormal([0.5, 0, 0, 0, 0.5, 0], [5, 6, 7])).toBeCloseTo(7, 12)
  })
})

describe('sortSlices', () => {
  it('goes by position whatever names and numbers say', () => {
    const frames = [30, 10, 20].map((z, at) =>
      frame({ path: `f${at}`, orientation: axial, positionMm: [0, 0, z], instanceNumber: at })
    )
    const sorted = sortSlices(frames)
    expect(sorted.distancesMm).toEqual([10, 20, 30])
    expect(sorted).toMatchObject({ orderedBy: 'position', fallback: null })
  })

  it('orders coronal slices by y where z never varies', () => {
    const frames = [4, 2, 6].map((y) => frame({ path: `f${y}`, orientation: coronal, positionMm: [1, y, 9] }))
    expect(sortSlices(frames).distancesMm).toEqual([2, 4, 6])
  })

  const alike = { orientation: axial, positionMm: [0, 0, 0] as [number, number, number] }
  it.each([
    ['slice location', [{ sliceLocationMm: 9 }, { sliceLocationMm: -1 }], 'position', 'Slice Location'],
    ['trigger time', [{ triggerTimeMs: 80 }, { triggerTimeMs: 40 }], 'acquisition', 'Trigger Time'],
    [
      'temporal position',
      [{ temporalPosition: 12 }, { temporalPosition: 3 }],
      'acquisition',
      'Temporal Position'
    ],
    [
      'instance number',
      [{ instanceNumber: 12 }, { instanceNumber: 3 }],
      'instance-number',
      'Instance Number'
    ],
    ['file name', [{ path: 'im10' }, { path: 'im9' }], 'file-name', 'file name']
  ] as const)('falls back on %s and says so', (_, options, orderedBy, words) => {
    for (const base of [alike, {}]) {
      const [second, first] = options.map((option, at) => frame({ path: `p${at}`, ...base, ...option }))
      const sorted = sortSlices([second as SortableFrame, first as SortableFrame])
      expect(sorted.frames).toEqual([first, second])
      expect(sorted.orderedBy).toBe(orderedBy)
      expect(sorted.fallback).toContain(words)
      expect(sorted.fallback).toContain(base === alike ? 'alike' : 'missing')
    }
  })

  it('keeps frames of one file in their own order, or by their dimension index', () => {
    const plain = [2, 0, 1].map((number) => frame({ frame: number }))
    expect(sortSlices(plain).frames.map((one) => one.frame)).toEqual([0, 1, 2])
    expect(sortSlices(plain).fallback).toBeNull()
    const hinted = [
      [1, 2],
      [2, 1],
      [1, 1]
    ].map((orderHint, at) => frame({ frame: at, orderHint }))
    expect(sortSlices(hinted).frames.map((one) => one.frame)).toEqual([2, 0, 1])
  })

  it('does not mind the order it is given', () => {
    const frames = Array.from({ length: 50 }, (_, at) =>
      frame({ path: `p${at}`, orientation: axial, positionMm: [0, 0, (at * 37) % 50] })
    )
    expect(sortSlices(frames).distancesMm).toEqual(Array.from({ length: 50 }, (_, at) => at))
  })
})
