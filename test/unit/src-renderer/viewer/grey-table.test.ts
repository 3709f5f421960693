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

  it('leaves padding black whatever its value and the window, and bright where the image is shown inverted', () => {
    const values = Float32Array.of(-1000, 3000, 500)
    const padded = { ...shape, values, minimum: -1000, maximum: 500, padding: Uint8Array.of(0, 1, 0) }
    // the window begins below every value: nothing measured is black
    const window = { center: -500, width: 4000, function: 'linear-exact' as const }
    for (const inverted of [false, true]) {
      const image = makeGreyImage(`padded ${inverted}`, { ...padded, inverted })
      const { lut } = greyTable(image, window)
      const levels = Array.from(image.getPixelData(), (step) => lut[step] as number)
      // 255 * (x + 2500) / 4000, and the background's end of the scale
      for (const [i, level] of [95.625, inverted ? 255 : 0, 191.25].entries())
        expect(levels[i]).toBeCloseTo(level, 3)
    }
  })

  it('leaves padding apart among values with fractions and among as many integers as there are steps', () => {
    for (const values of [Float32Array.of(0.25, 9, 0.75), Float32Array.of(0, 9, 65_535)]) {
      const [minimum, , maximum] = values as unknown as [number, number, number]
      const image = makeGreyImage(`full ${maximum}`, {
        ...shape,
        values,
        minimum,
        maximum,
        padding: Uint8Array.of(0, 1, 0)
      })
      const { lut } = greyTable(image, {
        center: (minimum + maximum) / 2,
        width: maximum - minimum,
        function: 'linear-exact'
      })
      const levels = Array.from(image.getPixelData(), (step) => Math.round(lut[step] as number))
      expect(levels).toEqual([0, 0, 255])
    }
  })

  it('tells values apart beside one that is far away', () => {
    const values = Float32Array.of(1e30, 0.25, 0.5, 0.5005, 0.75, -3e38, NaN)
    const far = { rows: 1, columns: 7, spacingMm: null, values, minimum: -3e38, maximum: 1e30 }
    const image = makeGreyImage('far', far)
    const { lut } = greyTable(image, { center: 0.5, width: 1, function: 'linear-exact' })
    const levels = Array.from(image.getPixelData(), (step) => lut[step] as number)
    for (const [i, level] of [255, 63.75, 127.5, 127.6275, 191.25, 0, 0].entries())
      expect(levels[i]).toBeCloseTo(level, 3)
  })

  it('tells values apart beside far ones where they are more than there are steps', () => {
    const ramp = Float32Array.from({ length: 200_000 }, (_, at) => (at === 7 ? 1e9 : at / 200_000))
    const image = makeGreyImage('ramp', {
      rows: 400,
      columns: 500,
      spacingMm: null,
      values: ramp,
      minimum: 0,
      maximum: 1e9
    })
    const { lut } = greyTable(image, { center: 0.5, width: 1, function: 'linear-exact' })
    const off = Array.from(image.getPixelData(), (step, at) =>
      Math.abs((lut[step] as number) - 255 * Math.min(1, ramp[at] as number))
    )
    // half of the 3 or 4 values that share a step, in grey levels
    expect(off.slice(8).reduce((worst, one) => Math.max(worst, one))).toBeLessThan((255 * 2) / 200_000 + 1e-4)
    expect(off[7]).toBe(0)
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
