/** Chunk IEND with its length and checksum (PNG specification, section 11.2.5). */
const pngEnd = Buffer.from('0000000049454e44ae426082', 'hex')

/** Marker EOI (ISO 10918-1, table B.1). */
const jpegEnd = Buffer.from('ffd9', 'hex')

/** How many of a file's last bytes tell where a picture ends that nothing follows. */
export const tailBytes = 64

/**
 * Whether the last bytes of a PNG or JPEG hold its end, without a look at the rest.
 * @param tail the last {@link tailBytes} of the file or more; false may also mean that something follows the picture
 */
export function tailHoldsEnd(tail: Uint8Array, format: 'png' | 'jpeg'): boolean {
  return Buffer.from(tail).includes(format === 'png' ? pngEnd : jpegEnd)
}

/**
 * Whether a PNG has its last chunk, or a JPEG the marker behind its last scan, whatever may follow.
 * @param bytes the whole file
 */
export function holdsEnd(bytes: Uint8Array, format: 'png' | 'jpeg'): boolean {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  return format === 'png' ? walkChunks(view) : walkMarkers(view)
}

function walkChunks(view: DataView): boolean {
  for (let at = 8; at + 12 <= view.byteLength; at += 12 + view.getUint32(at)) {
    if (view.getUint32(at + 4) === 0x49454e44) return true
  }
  return false
}

/** In compressed data a byte of ones is followed by zero, or by a restart (ISO 10918-1, B.1.1.2 and B.1.1.5). */
function walkMarkers(view: DataView): boolean {
  for (let at = 2; at + 2 <= view.byteLength;) {
    const marker = view.getUint8(at) === 0xff ? view.getUint8(at + 1) : 0
    if (marker === 0xd9) return true
    const isSegment = marker >= 0xc0 && marker < 0xff && !(marker >= 0xd0 && marker <= 0xd8)
    if (isSegment && at + 4 > view.byteLength) return false
    at += isSegment ? 2 + view.getUint16(at + 2) : 1
  }
  return false
}
