import { deflateSync } from 'node:zlib'

const crcTable = new Uint32Array(256).map((_, byte) => {
  let crc = byte
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? 0xedb88320 ^ (crc >>> 1) : crc >>> 1
  return crc
})

function chunk(type, body) {
  const bytes = Buffer.alloc(body.length + 12)
  bytes.writeUInt32BE(body.length, 0)
  bytes.write(type, 4, 'latin1')
  body.copy(bytes, 8)
  let crc = 0xffffffff
  for (let i = 4; i < bytes.length - 4; i++) crc = crcTable[(crc ^ bytes[i]) & 255] ^ (crc >>> 8)
  bytes.writeUInt32BE((crc ^ 0xffffffff) >>> 0, bytes.length - 4)
  return bytes
}

/** zlib stream (RFC 1950) of stored blocks only: larger, but the same bytes whatever zlib the machine has. */
function storedZlib(bytes) {
  const blocks = [Buffer.of(0x78, 0x01)]
  let low = 1
  let high = 0
  for (let start = 0; start < bytes.length; start += 65535) {
    const body = bytes.subarray(start, start + 65535)
    const head = Buffer.alloc(5)
    head[0] = start + 65535 >= bytes.length ? 1 : 0
    head.writeUInt16LE(body.length, 1)
    head.writeUInt16LE(~body.length & 0xffff, 3)
    blocks.push(head, body)
    for (const byte of body) {
      low = (low + byte) % 65521
      high = (high + low) % 65521
    }
  }
  const adler = Buffer.alloc(4)
  adler.writeUInt32BE(((high << 16) | low) >>> 0, 0)
  return Buffer.concat([...blocks, adler])
}

/**
 * Encodes a greyscale PNG (ISO/IEC 15948).
 * @param {Uint8Array} grey [rows, columns] row-major, 0 to 255
 * @param {number} columns
 * @param {'grey' | 'mask'} kind `grey`: 8 bits, compressed. `mask`: 1 bit (0 and everything else), stored, so that
 *   the file is the same on every machine; readers expand it to 0 and 255
 * @returns {Buffer}
 */
export function encodePng(grey, columns, kind) {
  const rows = grey.length / columns
  const depth = kind === 'mask' ? 1 : 8
  const stride = 1 + Math.ceil((columns * depth) / 8)
  const scanlines = Buffer.alloc(rows * stride)
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const value = grey[row * columns + column]
      if (depth === 8) scanlines[row * stride + 1 + column] = value
      else if (value > 0) scanlines[row * stride + 1 + (column >> 3)] |= 0x80 >> (column & 7)
    }
  }
  const header = Buffer.alloc(13)
  header.writeUInt32BE(columns, 0)
  header.writeUInt32BE(rows, 4)
  header[8] = depth
  return Buffer.concat([
    Buffer.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a),
    chunk('IHDR', header),
    chunk('IDAT', kind === 'mask' ? storedZlib(scanlines) : deflateSync(scanlines)),
    chunk('IEND', Buffer.alloc(0))
  ])
}
