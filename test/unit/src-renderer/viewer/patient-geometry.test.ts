import { describe, expect, it } from 'vitest'
import {
  nearestSlice,
  patientToPixel,
  pixelToPatient,
  referenceLine,
  type SlicePlane
} from '../../../../src-renderer/viewer/patient-geometry'

/** Axial: rows to the patient's left, columns to the back. */
const axial = (z: number): SlicePlane => ({
  positionMm: [-10, -20, z],
  orientation: [1, 0, 0, 0, 1, 0],
  spacingMm: [2, 0.5],
  rows: 20,
  columns: 40
})
/** Coronal: rows to the left, columns down to the feet; its normal points to the front. */
const coronal = (y: number): SlicePlane => ({
  positionMm: [-10, y, 30],
  orientation: [1, 0, 0, 0, 0, -1],
  spacingMm: [1, 1],
  rows: 60,
  columns: 20
})

describe('pixelToPatient', () => {
  it('puts Image Position at the centre of the first pixel', () => {
    expect(pixelToPatient(axial(5), { x: 0.5, y: 0.5 })).toEqual([-10, -20, 5])
    // 4 columns of 0.5 mm to the left, 3 rows of 2 mm to the back
    expect(pixelToPatient(axial(5), { x: 4.5, y: 3.5 })).toEqual([-8, -14, 5])
  })

  it('knows no place without position, orientation and spacing', () => {
    for (const missing of ['positionMm', 'orientation', 'spacingMm'] as const) {
      expect(pixelToPatient({ ...axial(0), [missing]: null }, { x: 1, y: 1 })).toBeNull()
    }
    expect(pixelToPatient({ ...axial(0), orientation: [1, 0, 0, 1, 0, 0] }, { x: 1, y: 1 })).toBeNull()
  })
})

describe('patientToPixel', () => {
  it('is the way back, with the distance along the normal', () => {
    expect(patientToPixel(axial(5), [-8, -14, 9])).toEqual({ pixel: { x: 4.5, y: 3.5 }, distanceMm: 4 })
    // the normal of the coronal plane is x cross -z = +y
    expect(patientToPixel(coronal(0), [-3, 7, 10])).toEqual({ pixel: { x: 7.5, y: 20.5 }, distanceMm: 7 })
  })

  it('goes through an oblique plane and back', () => {
    const [c, s] = [Math.cos(0.3), Math.sin(0.3)]
    const oblique: SlicePlane = { ...axial(0), orientation: [c, s, 0, -s * c, c * c, s] }
    const point = pixelToPatient(oblique, { x: 12.25, y: 3.75 })
    const back = point && patientToPixel(oblique, point)
    expect(back?.pixel.x).toBeCloseTo(12.25, 10)
    expect(back?.pixel.y).toBeCloseTo(3.75, 10)
    expect(back?.distanceMm).toBeCloseTo(0, 10)
  })
})

describe('nearestSlice', () => {
  const thin = [0, 1, 2, 3, 4, 5, 6, 7, 8].map(axial)

  it('takes the nearest plane, whatever the spacing of the stacks', () => {
    expect(nearestSlice(thin, [0, 0, 5.4])).toEqual({ index: 5, distanceMm: expect.closeTo(0.4, 10) })
    expect(nearestSlice([8, 4, 0].map(axial), [100, 100, 2.5])?.index).toBe(1)
  })

  it('passes over slices that do not say where they lie', () => {
    expect(nearestSlice([{ ...axial(5), positionMm: null }, axial(90)], [0, 0, 5])?.index).toBe(1)
    expect(nearestSlice([], [0, 0, 0])).toBeNull()
  })
})

describe('referenceLine', () => {
  it('is where the other slice cuts this one', () => {
    // the coronal plane y = 0 in the axial slice: row (0 + 20) / 2 + 0.5 = 10.5; it reaches from x = -10.5 to 9.5 mm,
    // which is column -0.5 / 0.5 + 0.5 = -0.5 to (9.5 + 10) / 0.5 + 0.5 = 39.5
    const line = referenceLine(axial(5), coronal(0))
    expect(line?.map(({ y }) => y)).toEqual([10.5, 10.5])
    expect(line?.map(({ x }) => x).sort((a, b) => a - b)).toEqual([-0.5, 39.5])
  })

  it('is none of parallel slices, nor of one that ends before', () => {
    expect(referenceLine(axial(5), axial(6))).toBeNull()
    // the coronal image ends at z = 30.5 to -29.5
    expect(referenceLine(axial(40), coronal(0))).toBeNull()
  })
})
