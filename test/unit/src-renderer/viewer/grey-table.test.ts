import { describe, expect, it } from 'vitest'
import { greyTable } from '../../../../src-renderer/viewer/grey-table'
import { makeGreyImage } from '../../../../src-renderer/viewer/make-image'
import { pixelStretch } from '../../../../src-renderer/viewer/viewport-geometry'

const shape = { rows: 1, columns: 3, spacingMm: null }

describe('greyTable', () => {
  it('holds the grey level of every step, by the function of the window', () => {
    const values = Float32Array.of(-10, 0, 10)
    const image = makeGreyImage('a', { ...shape, values, minimum: -10, maximum: 10 })
    const window = { center: 0, width: 20, function: 'sigmoid' as const }
    const { lut } = greyTable(image, window)
    const levels = Array.from(image.getPixelData(), (step) => lut[step] as number)
    // PS3.3 C.11.2.1.3.1: 255 / (1 + exp(-4 (x - 0) / 20)) at -10, 0, 10
    for (const [i, expected] of [30.3967, 127.5, 224.6033].entries())
      expect(levels[i]).toBeCloseTo(expected, 3)
  })

  it('is the same object until the window or its table is another', () => {
    const image = makeGreyImage('b', { ...shape, values: new Float32Array(3), minimum: 0, maximum: 9 })
    const lut = { firstMapped: 0, bits: 8, values: Uint8Array.of(0, 255) }
    const first = greyTable(image, { center: 1, width: 2 })
    expect(greyTable(image, { center: 1, width: 2 })).toBe(first)
    const other = greyTable(image, { center: 1, width: 2, lut })
    expect(other).not.toBe(first)
    expect(other.id).not.toBe(first.id)
    expect(Array.from(other.lut.slice(0, 3))).toEqual([0, 255, 255])
    expect(greyTable(image, { center: 1, width: 2, lut })).toBe(other)
  })
})

describe('pixelStretch', () => {
  it('follows the aspect ratio where there is no spacing', () => {
    expect(pixelStretch({ ...shape, pixelAspect: [4, 2] })).toEqual({ x: 1, y: 2 })
    expect(pixelStretch({ ...shape, spacingMm: [1, 3], pixelAspect: [4, 2] })).toEqual({ x: 3, y: 1 })
  })
})
