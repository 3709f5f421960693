import { deflateSync } from 'node:zlib'
import { crc32 } from '../../image/crc32'

function chunk(type: string, content: Uint8Array): Buffer {
  const bytes = Buffer.alloc(content.length + 12)
  bytes.writeUInt32BE(content.length, 0)
  bytes.write(type, 4, 'latin1')
  bytes.set(content, 8)
  bytes.writeUInt32BE(crc32(bytes.subarray(4, content.length + 8)), content.length + 8)
  return bytes
}

/**
 * A mask as 8-bit grey PNG of 0 and 255 (ISO/IEC 15948). Written here rather than by sharp, whose libraries clash with
 * Electron's own on Linux where both are loaded into the window's main process.
 * @param mask 0 or not, [rows * columns], row by row
 */
export function encodeMaskPng(mask: Uint8Array, rows: number, columns: number): Uint8Array {
  const header = Buffer.alloc(13)
  header.writeUInt32BE(columns, 0)
  header.writeUInt32BE(rows, 4)
  header.set([8, 0, 0, 0, 0], 8) // 8 bits, grey, deflate, no interlace
  const lines = Buffer.alloc(rows * (columns + 1)) // every line begins with its filter: none
  for (let i = 0; i < rows * columns; i += 1) {
    if (mask[i]) lines[i + Math.floor(i / columns) + 1] = 255
  }
  return Buffer.concat([
    Buffer.from('89504e470d0a1a0a', 'hex'),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(lines, { level: 9 })),
    chunk('IEND', Buffer.alloc(0))
  ])
}
