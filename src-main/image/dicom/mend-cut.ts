import type { ImageHeader } from '../image-types'
import { endsWithMarker, unpackedLength } from './check-codestream'
import type { CompressedCodec } from './transfer-syntaxes'

const endOfImage = Uint8Array.of(0xff, 0xd9)

/**
 * Gives a compressed frame that was cut an end, so that its decoder shows what comes before: JPEG and JPEG-LS an end
 * marker (CharLS searches for one beyond its memory), segments of RLE (PS3.5 annex G) runs of zeros. JPEG 2000 needs
 * none.
 * @returns null where nothing is missing, or nothing can be mended
 */
export function mendCut(codec: CompressedCodec, bytes: Uint8Array, header: ImageHeader): Uint8Array | null {
  if ((codec === 'jpeg' || codec === 'jpeg-ls') && !endsWithMarker(bytes)) return concat(bytes, endOfImage)
  return codec === 'rle' ? mendRle(bytes, header) : null
}

function mendRle(bytes: Uint8Array, header: ImageHeader): Uint8Array | null {
  const { rows, columns, samplesPerPixel, bitsAllocated } = header
  const wanted = rows * columns
  const count = (samplesPerPixel * Math.max(8, bitsAllocated)) / 8
  if (bytes.length <= 64 || count > 15) return null
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const starts = Array.from({ length: count }, (_, at) => view.getUint32(4 + 4 * at, true))
  const inOrder = starts.every((start, at) => start >= (at === 0 ? 64 : (starts[at - 1] as number)))
  if (view.getUint32(0, true) !== count || !inOrder) return null
  const segments = starts.map((start, at) => {
    const segment = bytes.subarray(start, starts[at + 1] ?? bytes.length)
    const held = unpackedLength(segment, 0, segment.length, wanted)
    return held.unpacked < wanted
      ? concat(segment.subarray(0, held.end), runOfZeros(wanted - held.unpacked))
      : segment
  })
  if (
    segments.every(
      (segment, at) => segment.length === (starts[at + 1] ?? bytes.length) - (starts[at] as number)
    )
  )
    return null
  const head = new DataView(new ArrayBuffer(64))
  head.setUint32(0, count, true)
  segments.reduce((start, segment, at) => {
    head.setUint32(4 + 4 * at, start, true)
    return start + segment.length
  }, 64)
  return concat(new Uint8Array(head.buffer), ...segments)
}

/** Replicate runs of at most 128 zeros, then a literal or a run of what is left. */
function runOfZeros(length: number): Uint8Array {
  const runs = Math.floor(length / 128)
  const rest = length % 128
  const out = new Uint8Array(2 * runs + (rest > 0 ? 2 : 0))
  for (let run = 0; run < runs; run++) out[2 * run] = 257 - 128
  if (rest > 0) out[2 * runs] = rest === 1 ? 0 : 257 - rest
  return out
}

function concat(...parts: Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(parts.reduce((total, part) => total + part.length, 0))
  let at = 0
  for (const part of parts) {
    joined.set(part, at)
    at += part.length
  }
  return joined
}
