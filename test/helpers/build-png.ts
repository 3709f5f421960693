import { deflateSync } from 'node:zlib'
import { concat } from './build-dicom'
import { crc32 } from './crc32'

function chunk(type: string, content: Uint8Array): Uint8Array {
  const body = concat(new TextEncoder().encode(type), content)
  const frame = new DataView(new ArrayBuffer(body.length + 8))
  frame.setUint32(0, content.length)
  new Uint8Array(frame.buffer).set(body, 4)
  frame.setUint32(body.length + 4, crc32(body))
  return new Uint8Array(frame.buffer)
}

/** A PNG by its specification: rows of unfiltered samples, each row led by filter type 0. */
export function buildPng(
  width: number,
  height: number,
  bitDepth: number,
  colorType: number,
  rows: number[][],
  palette?: number[]
): Uint8Array {
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
