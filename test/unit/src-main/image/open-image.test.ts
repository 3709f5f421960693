import { deflateRawSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { NidusError } from '../../../../src-main/contract/errors'
import { openImage } from '../../../../src-main/image/open-image'
import { readImageHeader } from '../../../../src-main/image/read-image-header'
import { toModalityValues } from '../../../../src-main/image/to-modality-values'
import {
  buildDicom,
  concat,
  encapsulated,
  imageElements,
  pixelData,
  sq,
  text,
  us,
  words,
  type ElementSpec,
  type FileOptions,
  type ImageOptions
} from '../../../helpers/build-dicom'

/** Stored values below are written into the files by hand: what comes back must be what went in. */
async function readFirst(file: Uint8Array, frame = 0) {
  const image = await openImage(file)
  const stored = await image.readFrame(frame)
  return { image, stored, values: Array.from(stored.values) }
}

function image(options: ImageOptions, pixels: ElementSpec | null, file: FileOptions = {}): Uint8Array {
  return buildDicom(imageElements(options, pixels), file)
}

async function codeOf(file: Uint8Array, frame = 0): Promise<string> {
  const error = await readFirst(file, frame).catch((thrown: unknown) => thrown)
  return error instanceof NidusError ? error.code : `no NidusError: ${String(error)}`
}

const six = [1, 2, 300, 4000, 50_000, 65_535]
const bigEndian = {
  transferSyntaxUid: '1.2.840.10008.1.2.2',
  encoding: { explicit: true, littleEndian: false }
}
const implicit = { transferSyntaxUid: '1.2.840.10008.1.2', encoding: { explicit: false, littleEndian: true } }

describe('native pixels', () => {
  it('reads unsigned 16-bit words in row order', async () => {
    const { stored, values } = await readFirst(image({}, pixelData(words(...six))))
    expect(stored).toMatchObject({
      rows: 2,
      columns: 3,
      samplesPerPixel: 1,
      photometricInterpretation: 'MONOCHROME2'
    })
    expect(stored.values).toBeInstanceOf(Uint16Array)
    expect(values).toEqual(six)
  })

  it.each([
    ['implicit little endian', implicit],
    ['without preamble and group 2', { part10: false }],
    ['implicit without preamble', { ...implicit, part10: false }],
    ['explicit written under the implicit UID', { transferSyntaxUid: '1.2.840.10008.1.2' }],
    ['implicit written under the explicit UID', { encoding: implicit.encoding }]
  ])('reads the same values %s', async (_, options) => {
    expect((await readFirst(image({}, pixelData(words(...six)), options))).values).toEqual(six)
  })

  it('swaps the words of big-endian files', async () => {
    const swapped = words(...six).map((_, at, all) => all[at ^ 1] as number)
    expect((await readFirst(image({}, pixelData(swapped), bigEndian))).values).toEqual(six)
  })

  it('unpairs bytes that were written as big-endian words', async () => {
    const options = { rows: 2, columns: 2, bitsAllocated: 8 }
    expect((await readFirst(image(options, pixelData(Uint8Array.of(2, 1, 4, 3)), bigEndian))).values).toEqual(
      [1, 2, 3, 4]
    )
  })

  it('inflates a deflated data set', async () => {
    const plain = buildDicom(imageElements({}, pixelData(words(...six))), { part10: false })
    const head = buildDicom([], { transferSyntaxUid: '1.2.840.10008.1.2.1.99' })
    expect((await readFirst(concat(head, deflateRawSync(plain)))).values).toEqual(six)
  })

  it('extends the sign from bits stored and drops overlay bits above', async () => {
    // 12 bits stored: 0xfff is -1, 0x800 is -2048; the top nibble holds overlay bits
    const options = { rows: 1, columns: 3, bitsStored: 12, pixelRepresentation: 1 }
    const { stored, values } = await readFirst(image(options, pixelData(words(0x0fff, 0xf800, 0x37ff))))
    expect(stored.values).toBeInstanceOf(Int16Array)
    expect(values).toEqual([-1, -2048, 2047])
  })

  it.each([false, true])(
    'cleans a single stray bit wherever it lies, and leaves the file as it is; signed: %s',
    async (signed) => {
      // 12 bits stored of values within range but one, which has bit 13 set: 0x2005 is 5
      for (const place of [0, 1, 4, 5]) {
        const raw = [7, 8, 9, 10, 11, 12]
        raw[place] = 0x2005
        const options = { bitsStored: 12, pixelRepresentation: signed ? 1 : 0 }
        const file = image(options, pixelData(words(...raw)))
        const before = file.slice()
        const expected = raw.map((value) => value & 0xfff)
        expect((await readFirst(file)).values).toEqual(expected)
        expect(file).toEqual(before)
      }
    }
  )

  it('keeps negative values whose unused bits repeat the sign', async () => {
    const options = { bitsStored: 12, pixelRepresentation: 1 }
    const stored = [-2048, -1, 0, 1, 2047, -7]
    const file = image(options, pixelData(words(...stored.map((value) => value & 0xffff))))
    expect((await readFirst(file)).values).toEqual(stored)
  })

  it('moves values down where high bit is above bits stored', async () => {
    // high bit 15 with 12 stored: the value sits in the upper 12 bits
    const options = { rows: 1, columns: 2, bitsStored: 12, highBit: 15 }
    expect((await readFirst(image(options, pixelData(words(0xabcf, 0x0010))))).values).toEqual([0xabc, 1])
  })

  it('keeps 32-bit and float values', async () => {
    const wide = new Uint8Array(Uint32Array.of(4_294_967_295, 7).buffer)
    const integers = await readFirst(image({ rows: 1, columns: 2, bitsAllocated: 32 }, pixelData(wide)))
    expect(integers.values).toEqual([4_294_967_295, 7])
    const floats: ElementSpec = {
      tag: [0x7fe0, 0x0008],
      vr: 'OF',
      value: new Uint8Array(Float32Array.of(0.5, -1.25).buffer)
    }
    const doubles: ElementSpec = {
      tag: [0x7fe0, 0x0009],
      vr: 'OD',
      value: new Uint8Array(Float64Array.of(0.1, 1e300).buffer)
    }
    expect((await readFirst(image({ rows: 1, columns: 2, bitsAllocated: 32 }, floats))).values).toEqual([
      0.5, -1.25
    ])
    expect((await readFirst(image({ rows: 1, columns: 2, bitsAllocated: 64 }, doubles))).values).toEqual([
      0.1, 1e300
    ])
  })

  it('unpacks single bits whose frames start mid-byte', async () => {
    // 2 frames of 1 x 5 bits, lowest bit first: frame 0 is 1 0 1 1 0, frame 1 is 0 1 1 0 1 -> bits 0110 1101, 10
    const options = { rows: 1, columns: 5, bitsAllocated: 1, frames: 2 }
    const file = image(options, pixelData(Uint8Array.of(0b11001101, 0b10)))
    expect((await readFirst(file, 0)).values).toEqual([1, 0, 1, 1, 0])
    expect((await readFirst(file, 1)).values).toEqual([0, 1, 1, 0, 1])
  })

  it('unpacks 12 bits allocated', async () => {
    // 0x123 and 0xabc, lowest bits first: bytes 23, c1, ab
    const file = image({ rows: 1, columns: 2, bitsAllocated: 12 }, pixelData(Uint8Array.of(0x23, 0xc1, 0xab)))
    expect((await readFirst(file)).values).toEqual([0x123, 0xabc])
  })

  it('interleaves planar colour', async () => {
    const rgb = {
      rows: 1,
      columns: 2,
      samplesPerPixel: 3,
      bitsAllocated: 8,
      photometric: 'RGB',
      planarConfiguration: 1
    }
    const { values } = await readFirst(image(rgb, pixelData(Uint8Array.of(1, 2, 11, 12, 21, 22))))
    expect(values).toEqual([1, 11, 21, 2, 12, 22])
  })

  it('spreads the shared colour of YBR_FULL_422', async () => {
    const ybr = { rows: 1, columns: 2, samplesPerPixel: 3, bitsAllocated: 8, photometric: 'YBR_FULL_422' }
    const { stored, values } = await readFirst(image(ybr, pixelData(Uint8Array.of(10, 20, 100, 200))))
    expect(values).toEqual([10, 100, 200, 20, 100, 200])
    expect(stored.photometricInterpretation).toBe('YBR_FULL')
  })

  it('steps over sequences, stray delimiters and 64-bit value representations before the pixels', async () => {
    const extra = [
      sq(
        [0x0008, 0x1140],
        [text([0x0008, 0x1155], 'UI', '2.25.9'), sq([0x0008, 0x1199], [us([0x0008, 0x1197], 1)])]
      ),
      sq([0x0088, 0x0200], [us([0x0028, 0x0010], 99), pixelData(words(7, 7))]), // an icon with pixels of its own
      { tag: [0x7fe0, 0x0001], vr: 'OV', value: new Uint8Array(8) } as ElementSpec // Extended Offset Table
    ]
    expect((await readFirst(image({ extra }, pixelData(words(...six))))).values).toEqual(six)
  })
})

describe('encapsulated pixels', () => {
  const options = { rows: 1, columns: 3, bitsAllocated: 8, frames: 2 }
  const uncompressed = { transferSyntaxUid: '1.2.840.10008.1.2.1.98' }

  it('finds frames one fragment each', async () => {
    const pixels = encapsulated([], Uint8Array.of(1, 2, 3, 0), Uint8Array.of(4, 5, 6, 0))
    const file = image(options, pixels, uncompressed)
    expect((await readFirst(file, 0)).values).toEqual([1, 2, 3])
    expect((await readFirst(file, 1)).values).toEqual([4, 5, 6])
  })

  it('joins fragments by the basic offset table', async () => {
    // items lie at 0 (8 + 2 bytes), 10 (8 + 2), 20 (8 + 4): the second frame starts at 20
    const parts = [Uint8Array.of(1, 2), Uint8Array.of(3, 0), Uint8Array.of(4, 5, 6, 0)]
    const file = image(options, encapsulated([0, 20], ...parts), uncompressed)
    expect((await readFirst(file, 0)).values).toEqual([1, 2, 3])
    expect((await readFirst(file, 1)).values).toEqual([4, 5, 6])
  })

  it('joins fragments by the extended offset table', async () => {
    const table = new Uint8Array(BigUint64Array.of(0n, 20n).buffer)
    const extra: ElementSpec[] = [{ tag: [0x7fe0, 0x0001], vr: 'OV', value: table }]
    const parts = [Uint8Array.of(1, 2), Uint8Array.of(3, 0), Uint8Array.of(4, 5, 6, 0)]
    const file = image({ ...options, extra }, encapsulated([], ...parts), uncompressed)
    expect((await readFirst(file, 1)).values).toEqual([4, 5, 6])
  })

  it('decodes RLE written by hand', async () => {
    // PS3.5 annex G: one segment at byte 64; -5 repeats 9 six times (1 - (-5)), 0 copies the one byte 4
    const head = Uint32Array.from({ length: 16 }, (_, at) => (at === 0 ? 1 : at === 1 ? 64 : 0))
    const frame = concat(new Uint8Array(head.buffer), Uint8Array.of(256 - 4, 9, 0, 4))
    const file = image({ rows: 2, columns: 3, bitsAllocated: 8 }, encapsulated([], frame), {
      transferSyntaxUid: '1.2.840.10008.1.2.5'
    })
    expect((await readFirst(file)).values).toEqual([9, 9, 9, 9, 9, 4])
  })

  it('inflates deflated frames', async () => {
    const frame = deflateRawSync(Uint8Array.of(9, 8, 7))
    const padded = frame.length % 2 ? concat(frame, new Uint8Array(1)) : new Uint8Array(frame)
    const file = image({ ...options, frames: 1 }, encapsulated([], padded), {
      transferSyntaxUid: '1.2.840.10008.1.2.8.1'
    })
    expect((await readFirst(file)).values).toEqual([9, 8, 7])
  })

  it('fails with a code on codestreams that are none, and decodes the next file', async () => {
    const jpeg = { transferSyntaxUid: '1.2.840.10008.1.2.4.50' }
    const broken = image(
      options,
      encapsulated([], Uint8Array.of(0xff, 0xd8, 1, 2), Uint8Array.of(0, 0)),
      jpeg
    )
    expect(await codeOf(broken)).toBe('pixel-decode-failed')
    const head = Uint32Array.from({ length: 16 }, (_, at) => (at === 0 ? 1 : at === 1 ? 64 : 0))
    const frame = concat(new Uint8Array(head.buffer), Uint8Array.of(254, 5))
    const rle = { transferSyntaxUid: '1.2.840.10008.1.2.5' }
    const sound = image({ rows: 1, columns: 3, bitsAllocated: 8 }, encapsulated([], frame), rle)
    expect((await readFirst(sound)).values).toEqual([5, 5, 5])
  })
})

describe('broken files end in a code', () => {
  const pixels = pixelData(words(...six))
  const whole = image({}, pixels)

  it.each<[string, Uint8Array, string]>([
    ['nothing at all', new Uint8Array(0), 'file-empty'],
    ['text', new TextEncoder().encode('not an image, only some words in a file'), 'format-unknown'],
    ['zip', Uint8Array.of(0x50, 0x4b, 3, 4, ...new Array<number>(400).fill(0)), 'format-unknown'],
    ['cut inside the pixels', whole.subarray(0, whole.length - 4), 'dicom-truncated'],
    ['cut inside the header', whole.subarray(0, 297), 'dicom-truncated'],
    ['only preamble and prefix', whole.subarray(0, 132), 'dicom-malformed'],
    ['no rows', image({ extra: [us([0x0028, 0x0010], 0)] }, pixels), 'dicom-malformed'],
    ['no pixel data', image({ modality: 'SR' }, null), 'dicom-no-pixel-data'],
    [
      'a frame count that is none',
      image({ extra: [text([0x0028, 0x0008], 'IS', '1A')] }, pixels),
      'dicom-malformed'
    ],
    ['7 bits allocated', image({ bitsAllocated: 7 }, pixels), 'dicom-pixel-layout-unsupported'],
    ['more bits stored than allocated', image({ bitsStored: 20 }, pixels), 'dicom-pixel-layout-unsupported'],
    [
      'a header element that claims 2 GB',
      image({ extra: [{ ...text([0x0009, 0x0010], 'UN', 'ab'), lyingLength: 0x7fffffff }] }, pixels),
      'dicom-truncated'
    ],
    [
      'a compressed syntax without items',
      image({}, pixels, { transferSyntaxUid: '1.2.840.10008.1.2.4.90' }),
      'dicom-malformed'
    ],
    [
      'a private syntax',
      image({}, encapsulated([], words(1)), { transferSyntaxUid: '1.2.3.4' }),
      'dicom-transfer-syntax-unsupported'
    ]
  ])('%s', async (_, file, code) => {
    expect(await codeOf(file)).toBe(code)
  })

  it('reads the whole frames of a file that promises more, and no others', async () => {
    const promising = image({ frames: 3 }, pixels)
    expect((await readFirst(promising, 0)).values).toEqual(six)
    expect(await codeOf(promising, 1)).toBe('dicom-truncated')
  })

  it('warns of pixel data that claims 4 GB', async () => {
    const { image: opened, values } = await readFirst(image({}, { ...pixels, lyingLength: 0xfffffffe }))
    expect(values).toEqual(six)
    expect(opened.header.warnings.join()).toMatch(/claims \d+ bytes more than the file holds/)
  })

  it('survives sequences nested a hundred thousand deep', async () => {
    // (0008,1140) SQ of undefined length, item of undefined length, and so on, never closed
    const level = concat(
      Uint8Array.of(0x08, 0x00, 0x40, 0x11, 0x53, 0x51, 0, 0, 0xff, 0xff, 0xff, 0xff),
      Uint8Array.of(0xfe, 0xff, 0x00, 0xe0, 0xff, 0xff, 0xff, 0xff)
    )
    const nest = new Uint8Array(level.length * 100_000)
    for (let at = 0; at < nest.length; at += level.length) nest.set(level, at)
    const head = buildDicom([text([0x0008, 0x0018], 'UI', '2.25.1')])
    expect(await codeOf(concat(head, nest))).toBe('dicom-truncated')
  })

  it('names the frame that is out of range', async () => {
    expect(await codeOf(whole, 1)).toBe('frame-out-of-range')
    expect(await codeOf(whole, -1)).toBe('frame-out-of-range')
  })

  it('puts no identifier into its errors', async () => {
    const extra = [text([0x0010, 0x0010], 'PN', 'Secret^Name'), text([0x0010, 0x0020], 'LO', 'ID-4711')]
    const file = image({ extra, frames: 2 }, pixels)
    const error = (await readFirst(file, 1).catch((thrown: unknown) => thrown)) as NidusError
    expect(JSON.stringify({ ...error.context, message: error.message })).not.toMatch(/Secret|4711/)
  })
})

describe('modality values', () => {
  it('applies slope and intercept', async () => {
    const file = image({ rows: 1, columns: 2, rescale: [2, -1024] }, pixelData(words(0, 1000)))
    const opened = await openImage(file)
    expect(Array.from(toModalityValues(await opened.readFrame(0), opened.header, 0))).toEqual([-1024, 976])
  })

  it('takes each frame by its own rescale in enhanced multi-frame images', async () => {
    // Pixel Value Transformation Sequence (0028,9145): intercept 0 for both, slope 1 and 10
    const group = (slope: string) => [
      sq([0x0028, 0x9145], [text([0x0028, 0x1052], 'DS', '0'), text([0x0028, 0x1053], 'DS', slope)])
    ]
    const extra = [sq([0x5200, 0x9230], group('1'), group('10'))]
    const file = image({ rows: 1, columns: 1, frames: 2, extra }, pixelData(words(7, 7)))
    const opened = await openImage(file)
    const values = await Promise.all(
      [0, 1].map(async (frame) => toModalityValues(await opened.readFrame(frame), opened.header, frame)[0])
    )
    expect(values).toEqual([7, 70])
  })

  it('looks values up in the Modality LUT, both ends clamped', async () => {
    // descriptor: 3 entries, first mapped 10, 16 bits
    const lut = [us([0x0028, 0x3002], 3, 10, 16), { ...us([0x0028, 0x3006], 100, 200, 300), vr: 'OW' }]
    const file = image(
      { rows: 1, columns: 4, extra: [sq([0x0028, 0x3000], lut)] },
      pixelData(words(0, 10, 11, 99))
    )
    const opened = await openImage(file)
    expect(Array.from(toModalityValues(await opened.readFrame(0), opened.header, 0))).toEqual([
      100, 100, 200, 300
    ])
  })

  it('weighs colour by BT.601 and keeps grey exactly', async () => {
    const rgb = {
      rows: 1,
      columns: 3,
      samplesPerPixel: 3,
      bitsAllocated: 8,
      photometric: 'RGB',
      planarConfiguration: 0
    }
    const file = image(rgb, pixelData(Uint8Array.of(255, 0, 0, 0, 255, 0, 77, 77, 77)))
    const opened = await openImage(file)
    const [red, green, grey] = toModalityValues(await opened.readFrame(0), opened.header, 0)
    expect(red).toBeCloseTo(76.245, 3) // 0.299 * 255
    expect(green).toBeCloseTo(149.685, 3) // 0.587 * 255
    expect(grey).toBe(77)
  })

  it('shows palette colours, segmented tables too', async () => {
    const plain = [1, 2, 3].flatMap((index) => [
      us([0x0028, 0x1100 + index], 2, 0, 16),
      { ...us([0x0028, 0x1200 + index], 0, 65_535), vr: 'OW' }
    ])
    // discrete segment of one entry 0, then a linear segment of two entries up to 65535
    const segmented = [1, 2, 3].flatMap((index) => [
      us([0x0028, 0x1100 + index], 3, 0, 16),
      { ...us([0x0028, 0x1220 + index], 0, 1, 0, 1, 2, 65_535), vr: 'OW' }
    ])
    for (const [extra, expected] of [
      [plain, [0, 255, 255]],
      [segmented, [0, 127.5, 255]]
    ] as const) {
      const options = {
        rows: 1,
        columns: 3,
        bitsAllocated: 8,
        photometric: 'PALETTE COLOR',
        extra: [...extra]
      }
      const opened = await openImage(image(options, pixelData(Uint8Array.of(0, 1, 2))))
      const values = toModalityValues(await opened.readFrame(0), opened.header, 0)
      expected.forEach((value, at) => expect(values[at]).toBeCloseTo(value, 1))
    }
  })

  it('leaves MONOCHROME1 as it is and says that it is inverted', async () => {
    const file = image({ rows: 1, columns: 2, photometric: 'MONOCHROME1' }, pixelData(words(0, 9)))
    const opened = await openImage(file)
    expect(opened.header.inverted).toBe(true)
    expect(Array.from(toModalityValues(await opened.readFrame(0), opened.header, 0))).toEqual([0, 9])
  })
})

describe('a file that lost its preamble alone', () => {
  it('is read from the mark that it starts with', async () => {
    const whole = image({ rows: 1, columns: 3 }, pixelData(words(7, 8, 9)))
    const bare = whole.subarray(128)
    expect((await readFirst(bare)).values).toEqual([7, 8, 9])
    const [before, after] = [await readImageHeader(whole, true), await readImageHeader(bare, true)]
    expect(after).toEqual({ ...before, pixelsStartAt: Number(before?.pixelsStartAt) - 128 })
  })

  it('is no text that starts with the same letters', async () => {
    const notes = Uint8Array.from(Buffer.from('DICM is what the mark says, at byte 128.'))
    await expect(openImage(notes)).rejects.toMatchObject({ context: { reason: 'a text file' } })
  })
})
