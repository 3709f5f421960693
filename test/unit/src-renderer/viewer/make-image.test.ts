import { describe, expect, it } from 'vitest'
import { makeColourImage, makeGreyImage, opaque } from '../../../../src-renderer/viewer/make-image'

const shape = { rows: 1, columns: 4, spacingMm: [0.6, 1.2] as [number, number] }

describe('makeGreyImage', () => {
  it('keeps integers exactly, whatever their offset', () => {
    const values = Float32Array.of(-1024, -1000, 0, 3071)
    const image = makeGreyImage('a', { ...shape, values, minimum: -1024, maximum: 3071 })
    expect([image.slope, image.intercept]).toEqual([1, -1024])
    expect(Array.from(image.getPixelData(), (step) => step * image.slope + image.intercept)).toEqual([
      -1024, -1000, 0, 3071
    ])
    expect([image.minPixelValue, image.maxPixelValue]).toEqual([0, 4095])
  })

  it('keeps other values to 1/65535 of their range', () => {
    const values = Float32Array.of(0.25, 0.5, 0.333, 1.25)
    const image = makeGreyImage('b', { ...shape, values, minimum: 0.25, maximum: 1.25 })
    const back = Array.from(image.getPixelData(), (step) => step * image.slope + image.intercept)
    for (const [i, value] of back.entries())
      expect(Math.abs(value - values[i])).toBeLessThanOrEqual(0.5 / 65535)
  })

  it('holds values outside the range, and such that are no numbers, at its ends', () => {
    const values = Float32Array.of(-5, 99, NaN, 1)
    const image = makeGreyImage('c', { ...shape, values, minimum: 0, maximum: 2 })
    expect(Array.from(image.getPixelData())).toEqual([0, 65535, 0, 32768])
  })

  it('survives an image of one value', () => {
    const image = makeGreyImage('d', {
      ...shape,
      values: new Float32Array(4).fill(7),
      minimum: 7,
      maximum: 7
    })
    expect(Array.from(image.getPixelData())).toEqual([0, 0, 0, 0])
    expect(image.intercept).toBe(7)
    expect(image.windowWidth).toBeGreaterThan(0)
  })

  it('carries the true spacing of the pixels', () => {
    const image = makeGreyImage('e', { ...shape, values: new Float32Array(4), minimum: 0, maximum: 1 })
    expect([image.rowPixelSpacing, image.columnPixelSpacing]).toEqual([0.6, 1.2])
    expect([image.rows, image.columns, image.height, image.width]).toEqual([1, 4, 1, 4])
  })
})

describe('makeColourImage', () => {
  it('hands the bytes on as they are', () => {
    const pixels = opaque(Uint8Array.of(1, 2, 3, 4, 5, 6))
    expect(Array.from(pixels)).toEqual([1, 2, 3, 255, 4, 5, 6, 255])
    const image = makeColourImage('f', { rows: 1, columns: 2, spacingMm: null }, pixels)
    expect(image.getPixelData()).toBe(pixels)
    expect(image.color).toBe(true)
  })
})
