import { describe, expect, it } from 'vitest'
import { measureAngle, measureArea, measureLength } from '../../../../src-renderer/viewer/measure-shape'
import type { ImageShape } from '../../../../src-renderer/viewer/viewport-geometry'

const shape = (spacingMm: ImageShape['spacingMm'], pixelAspect?: [number, number]): ImageShape => ({
  rows: 100,
  columns: 100,
  spacingMm,
  pixelAspect
})
const at = (x: number, y: number) => ({ x, y })

describe('measureLength', () => {
  it('takes rows and columns by their own spacing', () => {
    // 6 columns of 0.5 mm and 4 rows of 1 mm: the sides 3 and 4 mm of a right triangle
    expect(measureLength([at(10, 10), at(16, 14)], shape([1, 0.5]))).toEqual({ value: 5, unit: 'mm' })
  })

  it('says pixels where the spacing is not known', () => {
    expect(measureLength([at(0, 0), at(3, 4)], shape(null))).toEqual({ value: 5, unit: 'px' })
    // pixels twice as high as wide: 4 rows are 8 widths, and hypot(6, 8) is 10
    expect(measureLength([at(0, 0), at(6, 4)], shape(null, [2, 1]))).toEqual({ value: 10, unit: 'px' })
  })
})

describe('measureAngle', () => {
  it('is the angle in the patient, not on the pixel grid', () => {
    expect(measureAngle([at(10, 0), at(0, 0), at(0, 10)], shape([1, 1]))).toBeCloseTo(90, 12)
    // 45 degrees on the grid; with rows 2 mm and columns 1 mm the arm rises by 2 for 1: atan(2) = 63.4349 degrees
    expect(measureAngle([at(10, 0), at(0, 0), at(10, 10)], shape([2, 1]))).toBeCloseTo(63.43494882292201, 10)
    expect(measureAngle([at(10, 0), at(0, 0), at(-10, 0)], shape([2, 1]))).toBeCloseTo(180, 12)
  })

  it('is no number where an arm has no length', () => {
    expect(measureAngle([at(1, 1), at(1, 1), at(5, 5)], shape([1, 1]))).toBeNaN()
  })
})

describe('measureArea', () => {
  it('is that of the outline', () => {
    const box = [at(2, 3), at(12, 8)]
    // 10 columns of 0.5 mm by 5 rows of 2 mm: 5 mm * 10 mm
    expect(measureArea('rectangle', box, shape([2, 0.5]))).toEqual({ value: 50, unit: 'mm²' })
    // the ellipse in it: pi / 4 of the box
    expect(measureArea('ellipse', box, shape([2, 0.5])).value).toBeCloseTo(39.269908169872416, 10)
    // a triangle of 4 by 3
    expect(measureArea('freehand', [at(0, 0), at(4, 0), at(0, 3)], shape(null))).toEqual({
      value: 6,
      unit: 'px²'
    })
  })
})
