import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { NidusError } from '../../../../../src-main/contract/errors'
import { openImage } from '../../../../../src-main/image/open-image'
import { concat } from '../../../../helpers/build-dicom'
import { seededRandom } from '../../../../helpers/damage-file'
import { buildPng } from '../../../../helpers/build-png'

/** Pages of grey samples in one strip, uncompressed, little endian (TIFF 6.0): tag, type, count, value. */
function buildTiff(
  pages: Uint8Array[],
  columns: number,
  bits: number,
  sampleFormat: 1 | 2 | 3,
  rows = 1
): Uint8Array {
  const tags = (offset: number, length: number): number[][] => [
    [256, 4, 1, columns],
    [257, 4, 1, rows],
    [258, 3, 1, bits],
    [259, 3, 1, 1], // not compressed
    [262, 3, 1, 1], // black is zero
    [273, 4, 1, offset],
    [277, 3, 1, 1], // samples per pixel
    [278, 4, 1, rows],
    [279, 4, 1, length],
    [339, 3, 1, sampleFormat] // 1 unsigned, 2 signed, 3 floating point
  ]
  let file = concat(Uint8Array.of(0x49, 0x49, 42, 0), new Uint8Array(Uint32Array.of(8).buffer))
  pages.forEach((page, at) => {
    const entries = tags(0, page.length)
    const directoryBytes = 2 + 12 * entries.length + 4
    const offset = file.length + directoryBytes
    const padded = page.length % 2 === 0 ? page : concat(page, new Uint8Array(1))
    const directory = new DataView(new ArrayBuffer(directoryBytes))
    directory.setUint16(0, entries.length, true)
    tags(offset, page.length).forEach(([tag, type, count, value], entry) => {
      directory.setUint16(2 + 12 * entry, tag as number, true)
      directory.setUint16(4 + 12 * entry, type as number, true)
      directory.setUint32(6 + 12 * entry, count as number, true)
      directory.setUint32(10 + 12 * entry, value as number, true)
    })
    directory.setUint32(directoryBytes - 4, at + 1 < pages.length ? offset + padded.length : 0, true)
    file = concat(file, new Uint8Array(directory.buffer), padded)
  })
  return file
}

async function read(file: Uint8Array, frame = 0) {
  const image = await openImage(file)
  const { values, photometricInterpretation, samplesPerPixel } = await image.readFrame(frame)
  return {
    values: Array.from(values),
    type: values.constructor.name,
    photometricInterpretation,
    samplesPerPixel,
    image
  }
}

describe('PNG', () => {
  it('keeps every bit of 16-bit grey', async () => {
    // big endian samples 0, 1, 257, 40000, 65534, 65535
    const rows = [
      [0, 0, 0, 1, 1, 1],
      [0x9c, 0x40, 0xff, 0xfe, 0xff, 0xff]
    ]
    const { values, type } = await read(buildPng(3, 2, 16, 0, rows))
    expect(type).toBe('Uint16Array')
    expect(values).toEqual([0, 1, 257, 40_000, 65_534, 65_535])
  })

  it('keeps 8-bit grey as bytes', async () => {
    const { values, type } = await read(
      buildPng(2, 2, 8, 0, [
        [0, 1],
        [127, 255]
      ])
    )
    expect(type).toBe('Uint8Array')
    expect(values).toEqual([0, 1, 127, 255])
  })

  it('keeps 16-bit colour', async () => {
    const { values, samplesPerPixel } = await read(
      buildPng(1, 1, 16, 2, [[0x12, 0x34, 0x00, 0x01, 0xff, 0xff]])
    )
    expect(values).toEqual([0x1234, 1, 65_535])
    expect(samplesPerPixel).toBe(3)
  })

  it.each([
    // 1, 2 and 4 bits are spread to the full byte: value * 255 / (2^bits - 1)
    [1, [0b01000000], [0, 255]],
    [2, [0b00_01_10_11], [0, 85, 170, 255]],
    [4, [0x0f, 0x73], [0, 255, 119, 51]]
  ])('spreads %i-bit grey over a byte', async (bits, row, expected) => {
    expect((await read(buildPng(expected.length, 1, bits, 0, [row]))).values).toEqual(expected)
  })

  it('turns a palette into colour', async () => {
    const { values, photometricInterpretation } = await read(
      buildPng(2, 1, 8, 3, [[1, 0]], [10, 20, 30, 40, 50, 60])
    )
    expect(values).toEqual([40, 50, 60, 10, 20, 30])
    expect(photometricInterpretation).toBe('RGB')
  })

  it.each([
    [1, [0b01000000], [0, 1]],
    [2, [0b01_00_11_10], [1, 0, 3, 2]],
    [4, [0x30, 0x12], [3, 0, 1, 2]]
  ])('looks up palettes of %i bits', async (bits, row, indices) => {
    const colours = Array.from({ length: 2 ** bits }, (_, index) => [10 * index, 5 * index, 255 - index])
    const file = buildPng(indices.length, 1, bits, 3, [row], colours.flat())
    expect((await read(file)).values).toEqual(indices.flatMap((index) => colours[index] as number[]))
  })

  it('keeps 8-bit colour', async () => {
    expect((await read(buildPng(2, 1, 8, 2, [[1, 2, 3, 253, 254, 255]]))).values).toEqual([
      1, 2, 3, 253, 254, 255
    ])
  })

  it('keeps the order of interlaced rows', async () => {
    const raw = Uint8Array.from({ length: 400 }, (_, at) => (at * 7) % 256)
    const file = await sharp(raw, { raw: { width: 20, height: 20, channels: 1 } })
      .toColourspace('b-w')
      .png({ progressive: true })
      .toBuffer()
    expect(file[28]).toBe(1) // IHDR: Adam7
    expect((await read(file)).values).toEqual(Array.from(raw))
  })

  it('drops alpha without touching the grey or colour under it', async () => {
    expect((await read(buildPng(2, 1, 8, 4, [[100, 0, 200, 255]]))).values).toEqual([100, 200])
    expect((await read(buildPng(1, 1, 8, 6, [[1, 2, 3, 0]]))).values).toEqual([1, 2, 3])
    expect((await read(buildPng(1, 1, 16, 4, [[0x12, 0x34, 0, 0]]))).values).toEqual([0x1234])
  })

  it('ends in a code when cut', async () => {
    const noise = Array.from({ length: 64 }, (_, y) =>
      Array.from({ length: 64 }, (_unused, x) => (x * 37 + y * 91) % 256)
    )
    const whole = buildPng(64, 64, 8, 0, noise)
    const error = await read(whole.subarray(0, whole.length - 200)).catch((thrown: unknown) => thrown)
    expect((error as NidusError).code).toBe('raster-malformed')
  })
})

describe('cut and damaged pictures', () => {
  const random = seededRandom(5)
  const raw = Uint8Array.from({ length: 64 * 64 }, () => 20 + random() * 200)
  const grey = sharp(raw, { raw: { width: 64, height: 64, channels: 1 } }).toColourspace('b-w')

  it.each([
    ['PNG', () => grey.clone().png().toBuffer(), 0],
    ['JPEG', () => grey.clone().jpeg({ quality: 95 }).toBuffer(), 12],
    // its directory comes first, unlike in those that libvips writes
    ['TIFF', async () => Buffer.from(buildTiff([raw], 64, 8, 1, 64)), 0]
  ])('%s: what comes before the cut is shown on demand, marked, and refused else', async (_, make, loss) => {
    const whole = await make()
    const cut = new Uint8Array(whole.subarray(0, Math.floor(whole.length * 0.6)))
    const image = await openImage(cut)
    await expect(image.readFrame(0)).rejects.toMatchObject({ code: 'raster-malformed' })
    const stored = await image.readFrame(0, { partial: true })
    expect(stored.missingBytes).toBeGreaterThan(0)
    const held = 64 - (stored.missingRows ?? 64)
    expect(held).toBeGreaterThan(16)
    expect(held).toBeLessThan(48)
    const rowsHeld = Array.from(stored.values.subarray(0, 64 * (held - 8)))
    expect(rowsHeld.every((value, at) => Math.abs(value - (raw[at] as number)) <= loss)).toBe(true)
    // what is missing holds the lowest value that is there
    expect(new Set(stored.values.subarray(64 * held))).toEqual(
      new Set([Math.min(...stored.values.subarray(0, 64 * held))])
    )
  })

  it('of which nothing can be decoded are refused on demand, too', async () => {
    const whole = await grey.clone().png().toBuffer()
    const start = whole.indexOf('IDAT') + 4
    const image = await openImage(new Uint8Array(whole.subarray(0, start + 4)))
    await expect(image.readFrame(0, { partial: true })).rejects.toMatchObject({ code: 'raster-malformed' })
  })

  it('that claim more pixels than fit into memory are refused by their header', async () => {
    const bomb = buildPng(60_000, 60_000, 16, 2, [[0]])
    await expect(openImage(bomb)).rejects.toMatchObject({ code: expect.stringMatching(/^raster-/) })
  })
})

describe('what a picture says of its colours and its position', () => {
  it('changes no value by a colour profile', async () => {
    const raw = Uint8Array.from({ length: 48 }, (_, at) => (at * 37) % 256)
    const plain = await sharp(raw, { raw: { width: 4, height: 4, channels: 3 } })
      .png()
      .toBuffer()
    // the profile's chunk, as libpng writes it, put into a file that has none
    const other = await sharp(raw, { raw: { width: 4, height: 4, channels: 3 } })
      .withIccProfile('p3')
      .png()
      .toBuffer()
    const at = other.indexOf('iCCP') - 4
    const profile = other.subarray(at, at + 12 + other.readUInt32BE(at))
    const file = concat(plain.subarray(0, 33), profile, plain.subarray(33))
    expect((await sharp(file).metadata()).hasProfile).toBe(true)
    expect((await read(file)).values).toEqual(Array.from(raw))
  })

  it.each([
    // where the corners of a 2 x 1 picture (bright, dark) come to lie, by the EXIF standard's table of orientation
    [1, 2, [220, 30]],
    [2, 2, [30, 220]],
    [3, 2, [30, 220]],
    [6, 1, [220, 30]],
    [8, 1, [30, 220]]
  ])('turns a JPEG as its orientation %d says', async (orientation, columns, expected) => {
    const raw = Uint8Array.from({ length: 32 * 16 }, (_, at) => (at % 32 < 16 ? 220 : 30))
    const file = await sharp(raw, { raw: { width: 32, height: 16, channels: 1 } })
      .toColourspace('b-w')
      .jpeg()
      .withMetadata({ orientation })
      .toBuffer()
    const { image, values } = await read(file)
    expect(image.header.columns).toBe(16 * columns)
    expect(image.header.rows).toBe(48 - 16 * columns)
    expect(Math.abs((values[0] as number) - (expected[0] as number))).toBeLessThan(3)
    expect(Math.abs((values[values.length - 1] as number) - (expected[1] as number))).toBeLessThan(3)
    expect(image.header.warnings).toHaveLength(orientation === 1 ? 0 : 1)
  })

  it('converts printing inks, and says so', async () => {
    const file = new Uint8Array(readFileSync(join(__dirname, '../../../../fixtures/raster/inks.jpg')))
    const { image, values } = await read(file)
    const colourAt = (x: number, y: number) => values.slice((y * 32 + x) * 3, (y * 32 + x) * 3 + 3)
    // cyan lacks red, magenta green, yellow blue, black all of them
    const [cyan, magenta, yellow, black] = [
      colourAt(6, 6),
      colourAt(26, 6),
      colourAt(6, 26),
      colourAt(26, 26)
    ]
    expect(cyan?.indexOf(Math.min(...cyan))).toBe(0)
    expect(magenta?.indexOf(Math.min(...magenta))).toBe(1)
    expect(yellow?.indexOf(Math.min(...yellow))).toBe(2)
    expect(Math.max(...(black as number[]))).toBeLessThan(80)
    expect(image.header.warnings.join()).toContain('printing inks')
  })

  it('reads progressive JPEG as it does a plain one', async () => {
    const raw = Uint8Array.from({ length: 256 }, (_, at) => at)
    const picture = sharp(raw, { raw: { width: 16, height: 16, channels: 1 } }).toColourspace('b-w')
    const [plain, progressive] = await Promise.all(
      [false, true].map((on) => picture.clone().jpeg({ quality: 95, progressive: on }).toBuffer())
    )
    expect((await read(progressive as Buffer)).values).toEqual((await read(plain as Buffer)).values)
  })
})

describe('JPEG and TIFF', () => {
  it('reads grey JPEG within its loss', async () => {
    const file = await sharp(Buffer.alloc(64, 120), { raw: { width: 8, height: 8, channels: 1 } })
      .jpeg()
      .toBuffer()
    const { values } = await read(file)
    expect(values.every((value) => Math.abs(value - 120) <= 1)).toBe(true)
  })

  it.each<[string, Uint8Array, number, 1 | 2 | 3, string, number[]]>([
    ['unsigned 8', Uint8Array.of(0, 7, 255), 8, 1, 'Uint8Array', [0, 7, 255]],
    [
      'unsigned 16',
      new Uint8Array(Uint16Array.of(0, 257, 65_535).buffer),
      16,
      1,
      'Uint16Array',
      [0, 257, 65_535]
    ],
    [
      'unsigned 32',
      new Uint8Array(Uint32Array.of(0, 70_000, 4e9).buffer),
      32,
      1,
      'Uint32Array',
      [0, 70_000, 4e9]
    ],
    ['signed 32', new Uint8Array(Int32Array.of(-70_000, 0, 5).buffer), 32, 2, 'Int32Array', [-70_000, 0, 5]],
    [
      'float',
      new Uint8Array(Float32Array.of(-0.5, 0.25, 3e9).buffer),
      32,
      3,
      'Float32Array',
      [-0.5, 0.25, 3e9]
    ]
  ])('keeps every bit of a TIFF of %s', async (_, page, bits, format, type, expected) => {
    const found = await read(buildTiff([page], 3, bits, format))
    expect([found.type, found.values]).toEqual([type, expected])
    expect(found.image.header).toMatchObject({ bitsAllocated: bits, signed: format === 2 })
  })

  it('makes a frame of each page of a TIFF, at its depth', async () => {
    const pages = [1, 2, 3].map(
      (page) => new Uint8Array(Uint16Array.of(page, 1000 * page, 65_535 - page).buffer)
    )
    const file = buildTiff(pages, 3, 16, 1)
    expect((await openImage(file)).frameCount).toBe(3)
    const values = await Promise.all([0, 1, 2].map(async (frame) => (await read(file, frame)).values))
    expect(values).toEqual([
      [1, 1000, 65_534],
      [2, 2000, 65_533],
      [3, 3000, 65_532]
    ])
  })

  it('reads 16-bit TIFF', async () => {
    const words = Uint16Array.of(0, 300, 60_000, 65_535)
    const file = await sharp(words, { raw: { width: 2, height: 2, channels: 1 } })
      .toColourspace('grey16')
      .tiff({ compression: 'deflate' })
      .toBuffer()
    expect((await read(file)).values).toEqual([0, 300, 60_000, 65_535])
  })
})

describe('a JPEG of 12 bits', () => {
  it('is refused by its bits, not as damaged', async () => {
    const raw = { width: 8, height: 8, channels: 3 as const }
    const file = await sharp(Buffer.alloc(192, 90), { raw }).jpeg().toBuffer()
    // precision stands behind marker and length of the frame head (ISO 10918-1, B.2.2)
    file[file.indexOf(Uint8Array.of(0xff, 0xc0)) + 4] = 12
    await expect(openImage(file)).rejects.toMatchObject({
      code: 'raster-unsupported',
      context: { reason: 'samples of 12 bits; inside of DICOM they are read' }
    })
  })
})

describe('TIFFs of packed samples', () => {
  it('hold every bit, from the highest on, each row from a byte of its own', async () => {
    // 123 456 789 and four bits to fill the byte, abc def 012 likewise
    const page = Uint8Array.of(0x12, 0x34, 0x56, 0x78, 0x90, 0xab, 0xcd, 0xef, 0x01, 0x20)
    const opened = await openImage(buildTiff([page], 3, 12, 1, 2))
    expect(opened.header).toMatchObject({ bitsAllocated: 16, sampleType: 'integer', signed: false })
    const { values } = await opened.readFrame(0)
    expect(Array.from(values)).toEqual([0x123, 0x456, 0x789, 0xabc, 0xdef, 0x012])
  })

  it('of other bits are refused by their number, not as damaged', async () => {
    const refused = openImage(buildTiff([new Uint8Array(6)], 3, 7, 1, 2))
    await expect(refused).rejects.toMatchObject({
      code: 'raster-unsupported',
      context: { reason: '1 pages of 3 x 2 x 1 samples of 7 bits' }
    })
  })
})
