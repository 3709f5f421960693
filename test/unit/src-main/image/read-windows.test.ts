import { describe, expect, it } from 'vitest'
import { openImage } from '../../../../src-main/image/open-image'
import { readWindows, windowOfRange, windowOfValues } from '../../../../src-main/image/read-windows'
import { buildDicom, imageElements, pixelData, text, type ImageOptions } from '../../../helpers/build-dicom'

async function headerOf(options: ImageOptions) {
  const pixels = pixelData(new Uint8Array(64))
  return (await openImage(buildDicom(imageElements(options, pixels)))).header
}

describe('windows from the header', () => {
  it('reads several, with their explanations', async () => {
    const extra = [text([0x0028, 0x1055], 'LO', 'BRAIN\\BONE')]
    const header = await headerOf({ window: ['40\\300', '80\\1500'], extra })
    expect(readWindows(header, 0)).toEqual([
      { center: 40, width: 80, explanation: 'BRAIN' },
      { center: 300, width: 1500, explanation: 'BONE' }
    ])
  })

  it('drops windows without width and those that are no numbers', async () => {
    expect(readWindows(await headerOf({ window: ['40\\50', '0\\100'] }), 0)).toEqual([
      { center: 50, width: 100 }
    ])
    expect(readWindows(await headerOf({ window: ['forty', '80'] }), 0)).toEqual([])
  })
})

describe('windows without a header', () => {
  it('shows all of 8 bits, soft tissue of CT, and asks for the values of the rest', async () => {
    expect(windowOfRange(await headerOf({ bitsAllocated: 8 }))).toMatchObject({ center: 127.5, width: 255 })
    expect(windowOfRange(await headerOf({ modality: 'CT' }))).toMatchObject({ center: 40, width: 400 })
    expect(windowOfRange(await headerOf({ modality: 'MR' }))).toBeNull()
    // numbers of segments, of which there are a few
    expect(windowOfRange(await headerOf({ modality: 'SEG', bitsAllocated: 8 }))).toBeNull()
    expect(windowOfRange(await headerOf({ modality: 'SEG', bitsAllocated: 1 }))).toMatchObject({ width: 1 })
  })

  it('spans the percentiles of the values and leaves the background out', () => {
    // half background at 0, the rest 1000 to 1999: the window must not begin at the background
    const values = Float32Array.from({ length: 2000 }, (_, at) => (at < 1000 ? 0 : at))
    const { center, width } = windowOfValues(values)
    expect(center - width / 2).toBeGreaterThanOrEqual(1000)
    expect(center - width / 2).toBeLessThan(1010)
    expect(center + width / 2).toBeGreaterThan(1985)
    expect(center + width / 2).toBeLessThanOrEqual(1999)
  })

  it('takes the value that most pixels share for background, not noise below it', () => {
    // 600 zeros, 10 values of noise down to -10, 390 from 100 to 489: without them the window starts at 101 or so
    const values = Float32Array.from({ length: 1000 }, (_, at) =>
      at < 600 ? 0 : at < 610 ? 599 - at : at - 510
    )
    const { center, width } = windowOfValues(values)
    expect(center - width / 2).toBeGreaterThanOrEqual(100)
    expect(center - width / 2).toBeLessThan(105)
  })

  it('takes no value for background in a picture of few values, each of them common', () => {
    // 18 values, 64 pixels each: all of them are seen
    const values = Float32Array.from({ length: 18 * 64 }, (_, at) => 261 + 43 * Math.floor(at / 64))
    expect(windowOfValues(values)).toMatchObject({ center: 261 + 43 * 8.5, width: 43 * 17 })
    // a background of twice as many pixels as the next is left out as ever
    const padded = Float32Array.of(...values, ...new Float32Array(128))
    expect(windowOfValues(padded)).toMatchObject({ center: 261 + 43 * 8.5, width: 43 * 17 })
  })

  it('has a width even where all values are alike, or none is a number', () => {
    expect(windowOfValues(new Float32Array(10).fill(5)).width).toBeGreaterThan(0)
    expect(windowOfValues(new Float32Array(10).fill(NaN)).width).toBeGreaterThan(0)
  })
})
