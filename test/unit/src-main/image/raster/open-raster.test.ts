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

async function read(file: Uint8Array) {
  const image = await openImage(file)
  const { values, photometricInterpretation, samplesPerPixel } = await image.readFrame(0)
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

  it('reads 16-bit TIFF', async () => {
    const words = Uint16Array.of(0, 300, 60_000, 65_535)
    const file = await sharp(words, { raw: { width: 2, height: 2, channels: 1 } })
      .toColourspace('grey16')
      .tiff({ compression: 'deflate' })
      .toBuffer()
    expect((await read(file)).values).toEqual([0, 300, 60_000, 65_535])
  })
})
