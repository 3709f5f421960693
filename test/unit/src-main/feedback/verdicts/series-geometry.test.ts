import { describe, expect, it } from 'vitest'
import type { Slice } from '../../../../../src-main/contract/study'
import { seriesGeometry } from '../../../../../src-main/feedback/verdicts/series-geometry'

const slice = (index: number, positionMm: [number, number, number] | null): Slice => ({
  ...{ id: `s/${index}`, index, source: { path: 'x', frame: 0 }, sopInstanceUid: null, instanceNumber: null },
  ...{ rows: 4, columns: 5, spacingMm: [0.5, 0.75], positionMm, orientation: [1, 0, 0, 0, 1, 0] },
  distanceAlongNormalMm: null
})

describe('seriesGeometry', () => {
  it('takes the step from first to last slice, shear of a tilted gantry included', () => {
    const slices = [slice(0, [0, 0, 0]), slice(1, [0, 0.5, 3]), slice(2, [0, 1, 6])]
    expect(seriesGeometry({ slices })).toEqual({
      sliceCount: 3,
      spacingMm: [0.5, 0.75],
      orientation: [1, 0, 0, 0, 1, 0],
      firstPositionMm: [0, 0, 0],
      stepMm: [0, 0.5, 3]
    })
  })

  it('gives a single slice a millimetre along its normal', () => {
    expect(seriesGeometry({ slices: [slice(0, [1, 2, 3])] })?.stepMm).toEqual([0, 0, 1])
  })

  it('has none for uneven steps, unknown or equal positions', () => {
    expect(seriesGeometry({ slices: [slice(0, [0, 0, 0]), slice(1, [0, 0, 2]), slice(2, [0, 0, 6])] })).toBe(
      null
    )
    expect(seriesGeometry({ slices: [slice(0, null)] })).toBe(null)
    expect(seriesGeometry({ slices: [slice(0, [0, 0, 0]), slice(1, [0, 0, 0])] })).toBe(null)
    expect(seriesGeometry({ slices: [] })).toBe(null)
  })
})
