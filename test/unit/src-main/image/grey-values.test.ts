import { describe, expect, it } from 'vitest'
import { shadeOf } from '../../../../src-main/contract/apply-window'
import { frameFacts } from '../../../../src-main/image/image-types'
import { openImage } from '../../../../src-main/image/open-image'
import { findPadding, paddingRange, withoutPadding } from '../../../../src-main/image/pixel-padding'
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

  // 40000 and -25536 are the same bits, as are 64536 and -1000
  it.each([
    [
      'rescaled to as many positive values',
      { rescale: [1, -1024] as [number, number] },
      'US',
      40_000,
      40_000
    ],
    [
      'rescaled, in the words of a signed table',
      { rescale: [1, -30_000] as [number, number] },
      'SS',
      -25_536,
      -25_536
    ],
    [
      'rescaled, beyond what unsigned words reach',
      { rescale: [1, -1024] as [number, number] },
      'US',
      64_536,
      -1000
    ],
    ['signed as stored', { pixelRepresentation: 1 }, 'US', 64_536, -1000],
    ['unsigned as stored', {}, 'SS', -25_536, 40_000],
    [
      'unsigned out of a Modality LUT, whatever is stored',
      {
        pixelRepresentation: 1,
        extra: [sq([0x0028, 0x3000], [us([0x0028, 0x3002], 2, 0, 16), us([0x0028, 0x3006], 0, 65_535)])]
      },
      'US',
      40_000,
      40_000
    ]
  ] as const)(
    'takes the first mapped value for what it can be: %s',
    async (_, options, vr, first, expected) => {
      const extra = [...('extra' in options ? options.extra : []), voiSequence(vr, first)]
      const { windows } = await factsOf({ ...options, extra } as ImageOptions)
      expect(windows[0]?.lut?.firstMapped).toBe(expected)
    }
  )

  it('believes the entries of a table where its descriptor says fewer bits', async () => {
    const lying = sq([0x0028, 0x3010], [us([0x0028, 0x3002], 3, 0, 8), us([0x0028, 0x3006], 0, 1000, 4095)])
    const { windows } = await factsOf({ extra: [lying] })
    expect([0, 1, 2].map(shadeOf(windows[0]!))).toEqual([0, 1000 / 4095, 1])
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
    ['fractions by their rescale', { rescale: [0.001, 0] as [number, number] }, '1', 'linear-exact'],
    [
      'fractions, in a window as wide as there are grey levels',
      { rescale: [0.5, 0] as [number, number] },
      '256',
      undefined
    ],
    ['integers', { rescale: [2, -1] as [number, number] }, '1', undefined]
  ])(
    'takes LINEAR for exact where its steps of one would hide what is shown: %s',
    async (_, options, width, expected) => {
      const { windows } = await factsOf({ ...options, window: ['0.5', width] })
      expect(windows[0]?.function).toBe(expected)
    }
  )

  it.each(['LINEAR', 'LINEAR_EXACT', 'SIGMOID'])(
    'leaves windows out that have no width: %s',
    async (term) => {
      // PS3.3 C.11.2.1.2 asks for widths from 1 on, C.11.2.1.3 for more than 0
      const options = { window: ['50\\50\\60', '0\\-80\\80'] as [string, string] }
      const { windows } = await factsOf({ ...options, extra: [text([0x0028, 0x1056], 'CS', term)] })
      expect(windows).toMatchObject([{ center: 60, width: 80 }])
    }
  )

  it('reads tables of 65536 entries, whose number is written as 0, from a negative value on', async () => {
    // each entry is the lowest value less its place: 65535 for -32768, 0 for 32767
    const table = (vr: 'SS' | 'US'): ElementSpec[] => [
      { tag: [0x0028, 0x3002], vr, value: words(0, 0x8000, 16) },
      {
        tag: [0x0028, 0x3006],
        vr: 'OW',
        value: words(...Array.from({ length: 65_536 }, (_, at) => 65_535 - at))
      }
    ]
    const pixels = pixelData(words(0x8000, 0x8001, 0xffff, 0, 0x7ffe, 0x7fff))
    const mapped = [65_535, 65_534, 32_768, 32_767, 1, 0]
    for (const vr of ['SS', 'US'] as const) {
      const extra = [sq([0x0028, 0x3000], table(vr))]
      const modality = await open({ pixelRepresentation: 1, extra }, pixels)
      expect([...toModalityValues(await modality.readFrame(0), modality.header, 0)]).toEqual(mapped)
      const { windows } = await factsOf({ pixelRepresentation: 1, extra: [sq([0x0028, 0x3010], table(vr))] })
      const shown = [-32_768, -32_767, -1, 0, 32_766, 32_767].map(shadeOf(windows[0]!))
      expect(shown.map((shade) => Math.round(shade * 65_535))).toEqual(mapped)
    }
  })

  it.each(['PT', 'MR'])('keeps real world values out of those of %s', async (modality) => {
    const mapping = [
      {
        tag: [0x0040, 0x9224] as [number, number],
        vr: 'FD',
        value: new Uint8Array(Float64Array.of(-7).buffer)
      },
      {
        tag: [0x0040, 0x9225] as [number, number],
        vr: 'FD',
        value: new Uint8Array(Float64Array.of(0.001).buffer)
      }
    ]
    const extra = [
      sq([0x0040, 0x9096], mapping), // Real World Value Mapping
      ...(modality === 'PT' ? [text([0x0054, 0x1001], 'CS', 'BQML')] : []),
      sq([0x5200, 0x9229], [sq([0x0040, 0x9096], mapping)])
    ]
    const image = await open({ modality, rescale: [2, 1], extra }, pixelData(words(0, 1, 2, 3, 4, 5)))
    expect(image.header.valueUnit).toBe(modality === 'PT' ? 'Bq/ml' : 'signal')
    expect([...toModalityValues(await image.readFrame(0), image.header, 0)]).toEqual([1, 3, 5, 7, 9, 11])
  })

  it('shows floating point values between 0 and 1 in a window of 1', async () => {
    const bytes = new Uint8Array(Float32Array.of(0, 0.25, 1).buffer)
    const pixels: ElementSpec = { tag: [0x7fe0, 0x0008], vr: 'OF', value: bytes }
    const image = await open({ rows: 1, bitsAllocated: 32, window: ['0.5', '1'] }, pixels)
    const shade = shadeOf(frameFacts(image.header, 0).windows[0]!)
    expect([...toModalityValues(await image.readFrame(0), image.header, 0)].map(shade)).toEqual([0, 0.25, 1])
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
    const kept = withoutPadding(modality, findPadding(frame, image.header))
    expect(Array.from(modality)).toEqual(stored)
    expect(Array.from(kept)).toEqual(stored.map((value) => (value === -2000 ? NaN : value)))
    const { center, width } = windowOfValues(kept)
    expect([center - width / 2, center + width / 2]).toEqual([100, 149])
  })

  it('is told from stored values where a Modality LUT gives others', async () => {
    // 0 is padding and becomes 9, which 2 becomes, too
    const lut = sq([0x0028, 0x3000], [us([0x0028, 0x3002], 3, 0, 16), us([0x0028, 0x3006], 9, 5, 9)])
    const image = await open({ extra: [...padding('US', 0), lut] }, pixelData(words(0, 1, 2, 0, 1, 2)))
    const frame = await image.readFrame(0)
    const modality = toModalityValues(frame, image.header, 0)
    expect(Array.from(withoutPadding(modality, findPadding(frame, image.header)))).toEqual([
      NaN,
      5,
      9,
      NaN,
      5,
      9
    ])
  })

  it('may be a range, given from either end', async () => {
    const image = await open({ extra: padding('US', 5, 2) }, pixelData(words(1, 2, 3, 5, 6, 7)))
    expect(paddingRange(image.header)).toEqual({ low: 2, high: 5 })
    const frame = await image.readFrame(0)
    expect(
      Array.from(withoutPadding(toModalityValues(frame, image.header, 0), findPadding(frame, image.header)))
    ).toEqual([1, NaN, NaN, NaN, 6, 7])
  })

  it('is told from stored values written with the other sign', async () => {
    const signed = await open({ pixelRepresentation: 1, extra: padding('US', 63_536) })
    expect(paddingRange(signed.header)).toEqual({ low: -2000, high: -2000 })
    const unsigned = await open({ extra: padding('SS', -1) })
    expect(paddingRange(unsigned.header)).toEqual({ low: 65_535, high: 65_535 })
  })

  it.each([
    ['float', 32, 0x7fe00008, 0x0122, 0x0124, 'FL'],
    ['double', 64, 0x7fe00009, 0x0123, 0x0125, 'FD']
  ] as const)(
    'is known of %s pixels, whose range may reach to the largest number',
    async (_, bits, tag, value, limit, vr) => {
      const Floats = bits === 32 ? Float32Array : Float64Array
      const bytes = (...numbers: number[]): Uint8Array => new Uint8Array(Floats.from(numbers).buffer)
      const pixels = { tag: [tag >>> 16, tag & 0xffff], vr: bits === 32 ? 'OF' : 'OD' } as const
      const options = {
        bitsAllocated: bits,
        extra: [
          { tag: [0x0028, value] as [number, number], vr, value: bytes(-1e30) },
          { tag: [0x0028, limit] as [number, number], vr, value: bytes(-1e20) }
        ]
      }
      const stored = [-1e30, -1e25, -1e20, -2.5, 0.5, 7]
      const image = await open(options, { ...pixels, tag: [...pixels.tag], value: bytes(...stored) })
      const padding = findPadding(await image.readFrame(0), image.header)
      expect(Array.from(padding ?? [])).toEqual([1, 1, 1, 0, 0, 0])
    }
  )

  it('is not taken out where nothing else is there', async () => {
    const image = await open({ extra: padding('US', 7) }, pixelData(words(7, 7, 7, 7, 7, 7)))
    const frame = await image.readFrame(0)
    expect(
      Array.from(withoutPadding(toModalityValues(frame, image.header, 0), findPadding(frame, image.header)))
    ).toEqual(new Array(6).fill(7))
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

  /** Region Spatial Format, Physical Units X and Y, Physical Delta X and Y in centimetres. */
  const region = (format: number, units: number, acrossCm: number, downCm: number): ElementSpec[] => {
    const fd = (element: number, value: number): ElementSpec => ({
      tag: [0x0018, element],
      vr: 'FD',
      value: new Uint8Array(Float64Array.of(value).buffer)
    })
    return [
      us([0x0018, 0x6012], format),
      us([0x0018, 0x6024], units),
      us([0x0018, 0x6026], units),
      fd(0x602c, acrossCm),
      fd(0x602e, downCm)
    ]
  }

  it.each([
    ['one tissue plane, its axis upwards', [region(1, 3, 0.02, -0.04)], [0.4, 0.2]],
    ['a tissue plane beside a spectrum', [region(3, 4, 1, 9), region(1, 3, 0.02, 0.02)], [0.2, 0.2]],
    ['two planes of one scale', [region(1, 3, 0.02, 0.02), region(1, 3, 0.02, 0.02)], [0.2, 0.2]],
    ['two planes of two scales', [region(1, 3, 0.02, 0.02), region(1, 3, 0.05, 0.05)], null],
    ['a plane without a scale', [region(1, 0, 0.02, 0.02)], null]
  ])('comes from the regions of ultrasound: %s', async (_, regions, expected) => {
    const { spacingMm } = await factsOf({ extra: [sq([0x0018, 0x6011], ...regions)] })
    expect(spacingMm?.map((mm) => Number(mm.toFixed(6))) ?? null).toEqual(expected)
  })

  it('comes from the detector of each frame in enhanced images', async () => {
    const detector = sq([0x0028, 0x9443], [text([0x0018, 0x1164], 'DS', '0.2\\0.4')])
    expect(await factsOf({ extra: [sq([0x5200, 0x9229], [detector])] })).toMatchObject({
      spacingMm: null,
      pixelAspect: [0.2, 0.4]
    })
  })

  it('comes from Pixel Spacing where that is there', async () => {
    const extra = [text([0x0018, 0x1164], 'DS', '0.2\\0.1')]
    expect(await factsOf({ spacing: [0.5, 0.5], extra })).toMatchObject({
      spacingMm: [0.5, 0.5],
      pixelAspect: null
    })
  })
})
