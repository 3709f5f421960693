import * as zlib from 'node:zlib'

const signatureBytes = 8

/** Larger pictures take longer to mend than anybody waits. */
const mostBytes = 1 << 27

/** Passes of Adam7 (PNG specification, section 8.2): first column and row, steps between columns and rows. */
const passes = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2]
] as const

/** Samples a pixel by colour type. */
const channels: Record<number, number> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 }

/**
 * Gives a PNG that was cut an end, so that its decoder shows what comes before: the rows that are missing are unfiltered
 * zeros. Checksums are left out, which a decoder that is not strict does not mind.
 * @returns null where too little of the pixels is there, where they are too many, or where they are damaged rather than cut
 */
export function mendPng(bytes: Uint8Array): Uint8Array | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const before: Uint8Array[] = [bytes.subarray(0, signatureBytes)]
  const packed: Uint8Array[] = []
  let wantedBytes = 0
  for (let at = signatureBytes; at + 8 <= bytes.length;) {
    const length = view.getUint32(at)
    const type = String.fromCharCode(...bytes.subarray(at + 4, at + 8))
    const content = bytes.subarray(at + 8, at + 8 + length)
    if (type === 'IHDR' && content.length === 13) wantedBytes = unpackedSize(content)
    if (type === 'IDAT') packed.push(content)
    else if (packed.length === 0) before.push(bytes.subarray(at, at + 12 + length))
    else break
    at += 12 + length
  }
  if (packed.length === 0 || wantedBytes === 0 || wantedBytes > mostBytes) return null
  try {
    const options = { finishFlush: zlib.constants.Z_SYNC_FLUSH, maxOutputLength: wantedBytes }
    const held = zlib.inflateSync(Buffer.concat(packed), options)
    if (held.length < wantedBytes / 100) return null
    const whole = Buffer.alloc(wantedBytes)
    held.copy(whole)
    return Buffer.concat([...before, chunk('IDAT', zlib.deflateSync(whole, { level: 0 })), chunk('IEND')])
  } catch {
    return null
  }
}

/** Bytes of all rows with their filter types, from the content of IHDR. */
function unpackedSize(head: Uint8Array): number {
  const view = new DataView(head.buffer, head.byteOffset, head.length)
  const [width, height] = [view.getUint32(0), view.getUint32(4)]
  const pixelBits = view.getUint8(8) * (channels[view.getUint8(9)] ?? 0)
  const rowsOf = (columns: number, rows: number): number =>
    columns === 0 ? 0 : rows * (1 + Math.ceil((columns * pixelBits) / 8))
  if (view.getUint8(12) === 0) return rowsOf(width, height)
  return passes.reduce((total, [x, y, stepX, stepY]) => {
    const columns = Math.max(0, Math.ceil((width - x) / stepX))
    return total + rowsOf(columns, Math.max(0, Math.ceil((height - y) / stepY)))
  }, 0)
}

function chunk(type: string, content: Uint8Array = new Uint8Array(0)): Buffer {
  const head = Buffer.alloc(8)
  head.writeUInt32BE(content.length)
  head.write(type, 4, 'latin1')
  return Buffer.concat([head, content, Buffer.alloc(4)])
}
