import { describe, expect, it } from 'vitest'
import { findFindings } from '../../../../src-main/maps/find-findings'

const anySize = { spacingMm: null, minAreaMm2: 0, minAreaPx: 1 }
// prettier-ignore
const map = Float32Array.of(
  0, 5, 0, 0, 0,
  0, 0, 4, 0, 0,
  0, 0, 0, 0, 9,
  3, 0, 0, 0, 3
)

describe('findFindings', () => {
  it('joins pixels over corners and ranks regions by their peak', () => {
    const findings = findFindings(map, 4, 5, 3, anySize)
    expect(findings).toEqual([
      { bbox: [4, 2, 1, 2], areaPx: 2, areaMm2: null, peak: 9, mean: 6, peakAt: [4, 2] },
      { bbox: [1, 0, 2, 2], areaPx: 2, areaMm2: null, peak: 5, mean: 4.5, peakAt: [1, 0] },
      { bbox: [0, 3, 1, 1], areaPx: 1, areaMm2: null, peak: 3, mean: 3, peakAt: [0, 3] }
    ])
  })

  it('measures area in mm2 by the spacing of rows and of columns', () => {
    const [first] = findFindings(map, 4, 5, 8, { ...anySize, spacingMm: [0.5, 3] })
    expect(first.areaMm2).toBeCloseTo(1.5, 12)
  })

  it('drops what is smaller than the minimum: mm2 where spacing is known, else pixels', () => {
    expect(findFindings(map, 4, 5, 3, { spacingMm: [1, 1], minAreaMm2: 2, minAreaPx: 99 })).toHaveLength(2)
    expect(findFindings(map, 4, 5, 3, { spacingMm: null, minAreaMm2: 99, minAreaPx: 2 })).toHaveLength(2)
  })

  it('finds nothing over the highest score', () => {
    expect(findFindings(map, 4, 5, 9.5, anySize)).toEqual([])
  })
})
