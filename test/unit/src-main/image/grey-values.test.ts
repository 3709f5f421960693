import { describe, expect, it } from 'vitest'
import { shadeOf } from '../../../../src-main/contract/apply-window'
import { frameFacts } from '../../../../src-main/image/image-types'
import { openImage } from '../../../../src-main/image/open-image'
import { paddingRange, withoutPadding } from '../../../../src-main/image/pixel-padding'
import { windowOfValues } from '../../../../src-main/image/read-windows'
import { toModalityValues } from '../../../../src-main/image/to-modality-values'
import {
  buildDicom,
  imageElements,
  pixelData,
  sq,
  text,
  us,
  words,
  type ElementSpec,
  type ImageOptions
} from '../../../helpers/build-dicom'

async function open(options: ImageOptions, pixels: ElementSpec = pixelData(new Uint8Array(64))) {
  return openImage(buildDicom(imageElements(options, pixels)))
}

async function factsOf(options: ImageOptions) {
  return frameFacts((await open(options)).header, 0)
}

/** A VOI LUT Sequence of one item whose descriptor has the VR given. */
function voiSequence(vr: 'US' | 'SS', first: number): ElementSpec {
  return sq(
    [0x0028, 0x3010],
    [
      { tag: [0x0028, 0x3002], vr, value: words(3, first & 0xffff, 12) }, // LUT Descriptor
      text([0x0028, 0x3003], 'LO', 'SOFT'), // LUT Explanation
      us([0x0028, 0x3006], 0, 2000, 4095) // LUT Data
    ]
  )
}

describe('views of a header', () => {
  it('offers the tables of the VOI LUT Sequence before the windows', async () => {
    const { windows } = await factsOf({ window: ['40', '80'], extra: [voiSequence('US', 100)] })
    expect(windows).toEqual([
      {
        center: 101.5,
        width: 3,
        lut: { firstMapped: 100, bits: 12, values: Uint16Array.of(0, 2000, 4095) },
        explanation: 'SOFT'
      },
      { center: 40, width: 80 }
    ])
  })

  it('takes the first mapped value as signed where rescaled values may be negative', async () => {
    const { windows } = await factsOf({ rescale: [1, -1024], extra: [voiSequence('SS', -1000)] })
    expect(windows[0]?.lut?.firstMapped).toBe(-1000)
    expect([-1001, -1000, -999, -998, 0].map(shadeOf(windows[0]!)).map((x) => Math.round(x * 4095))).toEqual([
      0, 0, 2000, 4095, 4095
    ])
  })

  it('leaves a table out whose data is too short', async () => {
    const damaged = sq([0x0028, 0x3010], [us([0x0028, 0x3002], 9, 0, 12), us([0x0028, 0x3006], 1)])
    expect((await factsOf({ window: ['40', '80'], extra: [damaged] })).windows).toEqual([
      { center: 40, width: 80 }
    ])
  })

  it.each([
    ['SIGMOID', 'sigmoid'],
    ['LINEAR_EXACT', 'linear-exact'],
    ['LINEAR', undefined]
  ])('reads the VOI LUT Function %s', async (term, expected) => {
    const { windows } = await factsOf({ window: ['1', '2'], extra: [text([0x0028, 0x1056], 'CS', term)] })
    expect(windows[0]?.function).toBe(expected)
  })

  it.each([
    ['MONOCHROME2', 'INVERSE', true],
    ['MONOCHROME2', 'IDENTITY', false],
    ['MONOCHROME1', 'INVERSE', true],
    ['MONOCHROME1', 'IDENTITY', false]
  ])('%s with the presentation LUT shape %s is inverted: %s', async (photometric, shape, inverted) => {
    const { header } = await open({ photometric, extra: [text([0x2050, 0x0020], 'CS', shape)] })
    expect(header.inverted).toBe(inverted)
  })
})

describe('pixel padding', () => {
  const padding = (vr: 'US' | 'SS', ...values: number[]): ElementSpec[] =>
    values.map((value, i) => ({ tag: [0x0028, 0x0120 + i], vr, value: words(value & 0xffff) }))

  it('stays out of the range and of the default window', async () => {
    // 50 pixels of padding, then 100 to 149
    const stored = Array.from({ length: 100 }, (_, at) => (at < 50 ? -2000 : at + 50))
    const options = { rows: 10, columns: 10, pixelRepresentation: 1, extra: padding('SS', -2000) }
    const image = await open(options, pixelData(words(...stored.map((value) => value & 0xffff))))
    const frame = await image.readFrame(0)
    const modality = toModalityValues(frame, image.header, 0)
    const kept = withoutPadding(modality, frame, image.header)
    expect(Array.from(modality)).toEqual(stored)
    expect(Array.from(kept)).toEqual(stored.map((value) => (value === -2000 ? NaN : value)))
    const { center, width } = windowOfValues(kept)
    expect([center - width / 2, center + width / 2]).toEqual([100, 149])
  })

  it('may be a range, given from either end', async () => {
    const image = await open({ extra: padding('US', 5, 2) }, pixelData(words(1, 2, 3, 5, 6, 7)))
    expect(paddingRange(image.header)).toEqual({ low: 2, high: 5 })
    const frame = await image.readFrame(0)
    expect(Array.from(withoutPadding(toModalityValues(frame, image.header, 0), frame, image.header))).toEqual(
      [1, NaN, NaN, NaN, 6, 7]
    )
  })

  it('is told from stored values written with the other sign', async () => {
    const signed = await open({ pixelRepresentation: 1, extra: padding('US', 63_536) })
    expect(paddingRange(signed.header)).toEqual({ low: -2000, high: -2000 })
    const unsigned = await open({ extra: padding('SS', -1) })
    expect(paddingRange(unsigned.header)).toEqual({ low: 65_535, high: 65_535 })
  })

  it('is not taken out where nothing else is there', async () => {
    const image = await open({ extra: padding('US', 7) }, pixelData(words(7, 7, 7, 7, 7, 7)))
    const frame = await image.readFrame(0)
    expect(Array.from(withoutPadding(toModalityValues(frame, image.header, 0), frame, image.header))).toEqual(
      new Array(6).fill(7)
    )
  })
})

describe('the shape of a pixel', () => {
  it.each([
    ['Pixel Aspect Ratio', text([0x0028, 0x0034], 'IS', '4\\3'), [4, 3]],
    ['Imager Pixel Spacing', text([0x0018, 0x1164], 'DS', '0.2\\0.1'), [0.2, 0.1]],
    ['Nominal Scanned Pixel Spacing', text([0x0018, 0x2010], 'DS', '0.3\\0.1'), [0.3, 0.1]]
  ])('comes from %s without being taken for millimetres', async (_, element, expected) => {
    expect(await factsOf({ extra: [element] })).toMatchObject({ spacingMm: null, pixelAspect: expected })
  })

  it('comes from Pixel Spacing where that is there', async () => {
    const extra = [text([0x0018, 0x1164], 'DS', '0.2\\0.1')]
    expect(await factsOf({ spacing: [0.5, 0.5], extra })).toMatchObject({
      spacingMm: [0.5, 0.5],
      pixelAspect: null
    })
  })
})
