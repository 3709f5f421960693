import { describe, expect, it } from 'vitest'
import { openImage } from '../../../../src-main/image/open-image'
import { toRgb } from '../../../../src-main/image/to-rgb'
import {
  buildDicom,
  imageElements,
  pixelData,
  us,
  words,
  type ElementSpec,
  type FileOptions,
  type ImageOptions
} from '../../../helpers/build-dicom'

async function coloursOf(options: ImageOptions, pixels: ElementSpec, file: FileOptions = {}) {
  const image = await openImage(buildDicom(imageElements({ rows: 1, ...options }, pixels), file))
  const rgb = toRgb(await image.readFrame(0), image.header)
  return rgb && Array.from({ length: rgb.length / 3 }, (_, at) => Array.from(rgb.slice(3 * at, 3 * at + 3)))
}

const colour = { samplesPerPixel: 3, planarConfiguration: 0, bitsAllocated: 8 }

describe('colours of pixels with three samples', () => {
  it('are converted from YBR_FULL', async () => {
    const ybr = [
      [76, 85, 255],
      [150, 44, 21],
      [29, 255, 107],
      [128, 128, 128],
      [200, 20, 250],
      [10, 240, 30],
      [0, 0, 0]
    ]
    // convert_color_space(…, 'YBR_FULL', 'RGB') of pydicom 3.0.2
    const expected = [
      [254, 0, 0],
      [0, 255, 1],
      [0, 0, 254],
      [128, 128, 128],
      [255, 150, 9],
      [0, 41, 208],
      [0, 135, 0]
    ]
    const options = { ...colour, columns: ybr.length, photometric: 'YBR_FULL' }
    expect(await coloursOf(options, pixelData(Uint8Array.from(ybr.flat())))).toEqual(expected)
    // one plane after the other
    const planes = [0, 1, 2].flatMap((sample) => ybr.map((pixel) => pixel[sample] as number))
    const planar = { ...options, planarConfiguration: 1 }
    expect(await coloursOf(planar, pixelData(Uint8Array.from(planes)))).toEqual(expected)
  })

  it.each([
    ['YBR_FULL_422', [76, 150, 85, 255], [[254, 0, 0], [255, 74, 74]]], // prettier-ignore
    // of ITU-R BT.601: red is 81, 90, 240; white 235 and black 16 without colour
    ['YBR_PARTIAL_422', [235, 16, 128, 128], [[255, 255, 255], [0, 0, 0]]], // prettier-ignore
    ['YBR_PARTIAL_422', [81, 81, 90, 240], [[254, 0, 0], [254, 0, 0]]] // prettier-ignore
  ])('are shared by two pixels of %s', async (photometric, bytes, expected) => {
    const options = { ...colour, columns: 2, photometric }
    expect(await coloursOf(options, pixelData(Uint8Array.from(bytes)))).toEqual(expected)
  })

  it.each(['YBR_ICT', 'YBR_RCT'])(
    'are RGB where the header still says %s without JPEG 2000',
    async (photometric) => {
      const options = { ...colour, columns: 2, photometric }
      expect(await coloursOf(options, pixelData(Uint8Array.of(1, 2, 3, 200, 100, 0)))).toEqual([[1, 2, 3], [200, 100, 0]]) // prettier-ignore
    }
  )

  it.each([
    ['HSV', 3, 12, 'colours described as HSV'],
    ['ARGB', 4, 16, 'colours described as ARGB'],
    ['CMYK', 4, 16, 'colours described as CMYK'],
    // 2 x 2 pixels: four of luminance, one of each colour difference
    ['YBR_PARTIAL_420', 3, 6, 'YBR_PARTIAL_420 without compression']
  ])('given as %s are refused by name', async (photometric, samplesPerPixel, length, reason) => {
    const options = { ...colour, samplesPerPixel, rows: 2, columns: 2, photometric }
    await expect(coloursOf(options, pixelData(new Uint8Array(length)))).rejects.toMatchObject({
      code: 'dicom-pixel-layout-unsupported',
      context: { reason }
    })
  })

  it('keep the upper eight of more bits, and are stretched from fewer', async () => {
    const of16 = { ...colour, columns: 2, bitsAllocated: 16, photometric: 'RGB' }
    const sixteen = pixelData(words(0, 0x80ff, 0xffff, 0x0100, 0xab00, 0xabab))
    expect(await coloursOf(of16, sixteen)).toEqual([[0, 0x80, 255], [1, 0xab, 0xab]]) // prettier-ignore
    const of12 = { ...of16, columns: 1, bitsStored: 12 }
    expect(await coloursOf(of12, pixelData(words(0xfff, 0x800, 0x00f)))).toEqual([[255, 128, 0]])
    const of32 = { ...colour, columns: 1, bitsAllocated: 32, photometric: 'RGB' }
    const wide = new Uint8Array(Uint32Array.of(0xffffffff, 0x80000000, 0x00ffffff).buffer)
    expect(await coloursOf(of32, pixelData(wide))).toEqual([[255, 128, 0]])
    const of5 = { ...colour, columns: 1, bitsStored: 5, photometric: 'RGB' }
    // 16 of 31 is 131.6 of 255
    expect(await coloursOf(of5, pixelData(Uint8Array.of(31, 16, 0)))).toEqual([[255, 132, 0]])
  })

  it('are none in grey', async () => {
    expect(await coloursOf({ columns: 3 }, pixelData(words(1, 2, 3)))).toBeNull()
  })
})

/** Red, green and blue tables of one descriptor; the data elements from 1201 (plain) or 1221 (segmented) on. */
function palette(
  descriptor: [entries: number, first: number, bits: number],
  firstDataElement: number,
  tables: Uint8Array[],
  vr = 'OW'
): ElementSpec[] {
  return tables.flatMap((value, channel) => [
    us([0x0028, 0x1101 + channel], ...descriptor),
    { tag: [0x0028, firstDataElement + channel] as [number, number], vr, value }
  ])
}

describe('colours of a palette', () => {
  const indexed = { bitsAllocated: 8, photometric: 'PALETTE COLOR' }
  const show = (
    extra: ElementSpec[],
    indices: number[],
    options: ImageOptions = {},
    file: FileOptions = {}
  ) =>
    coloursOf(
      { ...indexed, columns: indices.length, extra, ...options },
      pixelData(Uint8Array.from(indices)),
      file
    )

  it('come from words, of which the upper byte counts', async () => {
    const tables = [words(0, 0xff00, 0x1234), words(0, 0xffff, 0x8080), words(0xabab, 0, 1)]
    expect(await show(palette([3, 0, 16], 0x1201, tables), [0, 1, 2, 9])).toEqual([
      [0, 0, 0xab],
      [255, 255, 0],
      [0x12, 0x80, 0],
      [0x12, 0x80, 0]
    ])
  })

  it('come from words of more bits than the descriptor says', async () => {
    const tables = [words(0xff00, 0x1200), words(0, 0x3400), words(0x8000, 0x5600)]
    expect(await show(palette([2, 0, 8], 0x1201, tables), [0, 1])).toEqual([[255, 0, 128], [0x12, 0x34, 0x56]]) // prettier-ignore
  })

  it('are dark where one table of words holds small numbers only', async () => {
    const tables = [words(0, 0xff00), words(0, 255), words(0, 0)]
    expect(await show(palette([2, 0, 16], 0x1201, tables), [0, 1])).toEqual([[0, 0, 0], [255, 0, 0]]) // prettier-ignore
  })

  it('come from words that hold bytes, whatever the descriptor says', async () => {
    const tables = [words(0, 200), words(0, 100), words(0, 255)]
    for (const bits of [8, 16])
      expect(await show(palette([2, 0, bits], 0x1201, tables), [1])).toEqual([[200, 100, 255]])
  })

  it('come from bytes, two to a word, in either byte order', async () => {
    const tables = [Uint8Array.of(1, 2, 3, 0), Uint8Array.of(4, 5, 6, 0), Uint8Array.of(7, 8, 9, 0)]
    const expected = [[1, 4, 7], [2, 5, 8], [3, 6, 9], [3, 6, 9]] // prettier-ignore
    expect(await show(palette([3, 0, 8], 0x1201, tables), [0, 1, 2, 3])).toEqual(expected)
    const swapped = tables.map((table) => table.map((_, at) => table[at ^ 1] as number))
    const bigEndian = {
      transferSyntaxUid: '1.2.840.10008.1.2.2',
      encoding: { explicit: true, littleEndian: false }
    }
    // the indices are bytes in words as well: 1 before 0, 3 before 2
    expect(await show(palette([3, 0, 8], 0x1201, swapped), [1, 0, 3, 2], {}, bigEndian)).toEqual(expected)
  })

  it('start at the first value mapped, which may be negative', async () => {
    const tables = [words(10, 20, 30), words(11, 21, 31), words(12, 22, 32)]
    const expected = [[10, 11, 12], [10, 11, 12], [20, 21, 22], [30, 31, 32]] // prettier-ignore
    expect(await show(palette([3, 100, 16], 0x1201, tables), [0, 100, 101, 255])).toEqual(expected)
    const signed = { pixelRepresentation: 1 }
    expect(await show(palette([3, 0xffff, 16], 0x1201, tables), [0x80, 0xff, 0, 1], signed)).toEqual(expected)
  })

  it('may be 65536, which the descriptor writes as 0', async () => {
    const ramp = words(...Array.from({ length: 65_536 }, (_, at) => at))
    const options = { columns: 3, bitsAllocated: 16, photometric: 'PALETTE COLOR' }
    const extra = palette([0, 0, 16], 0x1201, [ramp, ramp, ramp])
    expect(await coloursOf({ ...options, extra }, pixelData(words(0, 0x8000, 0xffff)))).toEqual([
      [0, 0, 0],
      [128, 128, 128],
      [255, 255, 255]
    ])
  })

  it('come from segments of words: discrete, linear, and indirect by the byte where they start', async () => {
    // 0: two entries 0, 256 · 8: five entries up to 5376 · then those seven again, from 5376 on
    const segments = words(0, 2, 0, 256, 1, 5, 5376, 2, 2, 0, 0)
    const expanded = [0, 256, 1280, 2304, 3328, 4352, 5376, 0, 256, 1280, 2304, 3328, 4352, 5376]
    const extra = palette([14, 0, 16], 0x1221, [segments, segments, segments])
    const indices = expanded.map((_, at) => at)
    expect(await show(extra, indices)).toEqual(expanded.map((value) => Array(3).fill(value >> 8)))
    // from byte 8 on: only the linear segment, which goes down from 5376 to 5376
    const later = words(0, 2, 0, 256, 1, 5, 5376, 2, 1, 8, 0)
    const flat = palette([12, 0, 16], 0x1221, [later, later, later])
    expect(await show(flat, [6, 7, 11])).toEqual([[21, 21, 21], [21, 21, 21], [21, 21, 21]]) // prettier-ignore
  })

  it('come from segments of bytes where entries have eight bits', async () => {
    // _expand_segmented_lut of pydicom 3.0.2 gives 10, 20, 40, 60, 80, 100 and then 10, 20 again
    const segments = Uint8Array.of(0, 2, 10, 20, 1, 4, 100, 2, 1, 0, 0, 0, 0, 0)
    const extra = palette([8, 0, 8], 0x1221, [segments, segments, segments])
    expect((await show(extra, [0, 1, 2, 3, 4, 5, 6, 7]))?.map(([red]) => red)).toEqual([
      10, 20, 40, 60, 80, 100, 10, 20
    ])
  })

  it('are none where a table is missing or its segments are damaged', async () => {
    const [red] = palette([2, 0, 16], 0x1201, [words(0, 1)])
    expect(await show([red as ElementSpec], [0])).toBeNull()
    const endless = words(2, 1, 0, 0)
    expect(await show(palette([2, 0, 16], 0x1221, [endless, endless, endless]), [0])).toBeNull()
  })
})
