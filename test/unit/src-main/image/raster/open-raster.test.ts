import sharp from 'sharp'
import { deflateSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { NidusError } from '../../../../../src-main/contract/errors'
import { openImage } from '../../../../../src-main/image/open-image'
import { concat } from '../../../../helpers/build-dicom'
import { crc32 } from '../../../../helpers/crc32'

function chunk(type: string, content: Uint8Array): Uint8Array {
  const body = concat(new TextEncoder().encode(type), content)
  const frame = new DataView(new ArrayBuffer(body.length + 8))
  frame.setUint32(0, content.length)
  new Uint8Array(frame.buffer).set(body, 4)
  frame.setUint32(body.length + 4, crc32(body))
  return new Uint8Array(frame.buffer)
}

/** A PNG by its specification: rows of unfiltered samples, each row led by filter type 0. */
function buildPng(
  width: number,
  height: number,
  bitDepth: number,
  colorType: number,
  rows: number[][],
  palette?: number[]
) {
  const head = new DataView(new ArrayBuffer(13))
  head.setUint32(0, width)
  head.setUint32(4, height)
  head.setUint8(8, bitDepth)
  head.setUint8(9, colorType)
  const raw = Uint8Array.from(rows.flatMap((row) => [0, ...row]))
  return concat(
    Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a),
    chunk('IHDR', new Uint8Array(head.buffer)),
    ...(palette ? [chunk('PLTE', Uint8Array.from(palette))] : []),
    chunk('IDAT', deflateSync(raw)),
    chunk('IEND', new Uint8Array(0))
  )
}

/** Pages of one row of grey samples each, uncompressed, little endian (TIFF 6.0): tag, type, count, value. */
function buildTiff(pages: Uint8Array[], columns: number, bits: number, sampleFormat: 1 | 2 | 3): Uint8Array {
  const tags = (offset: number, length: number): number[][] => [
    [256, 4, 1, columns],
    [257, 4, 1, 1], // rows
    [258, 3, 1, bits],
    [259, 3, 1, 1], // not compressed
    [262, 3, 1, 1], // black is zero
    [273, 4, 1, offset],
    [277, 3, 1, 1], // samples per pixel
    [278, 4, 1, 1],
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

  it.each<[string, Int8Array | Int16Array | Float64Array, number, 1 | 2 | 3]>([
    ['signed 8', Int8Array.of(-1, 0, 1), 8, 2],
    ['signed 16', Int16Array.of(-1, 0, 1), 16, 2],
    ['double', Float64Array.of(0.1, 1, 2), 64, 3]
  ])('refuses %s-bit samples, which it would change', async (_, values, bits, format) => {
    const file = buildTiff([new Uint8Array(values.buffer)], 3, bits, format)
    await expect(openImage(file)).rejects.toMatchObject({
      code: 'raster-unsupported',
      context: { reason: expect.stringMatching(/^samples of (type (char|short)|more than 32 bits)$/) }
    })
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
