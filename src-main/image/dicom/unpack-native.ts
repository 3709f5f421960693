import { NidusError } from '../../contract/errors'
import type { ImageHeader, PixelArray } from '../image-types'

type Layout = Pick<
  ImageHeader,
  | 'rows'
  | 'columns'
  | 'samplesPerPixel'
  | 'bitsAllocated'
  | 'bitsStored'
  | 'highBit'
  | 'signed'
  | 'sampleType'
>

/**
 * Native pixel words to typed values (PS3.5 section 8.1.1): byte order, the bits between High Bit and Bits Stored,
 * sign. Overlay bits above or below are dropped.
 * @param bytes one frame, [rows, columns, samples] or [samples, rows, columns]: the order is kept
 * @param bitOffset where the frame starts inside the first byte; only packed bits start mid-byte
 * @param bigEndian byte order of words wider than a byte
 * @returns rows * columns * samples values of the smallest type that holds Bits Allocated
 */
export function unpackNative(
  bytes: Uint8Array,
  layout: Layout,
  bigEndian: boolean,
  bitOffset = 0
): PixelArray {
  const count = layout.rows * layout.columns * layout.samplesPerPixel
  if (layout.bitsAllocated % 8 !== 0) return unpackBits(bytes, count, layout, bitOffset)
  const wordBytes = layout.bitsAllocated / 8
  // copied so that words are aligned and the file's bytes stay as they are
  const own = bytes.slice(0, count * wordBytes)
  if (bigEndian && wordBytes > 1) swapBytes(own, wordBytes)
  if (layout.sampleType === 'float32') return new Float32Array(own.buffer, 0, count)
  if (layout.sampleType === 'float64') return new Float64Array(own.buffer, 0, count)
  return cleanStoredBits(viewIntegers(own, count, layout), layout)
}

/** Words of 8, 16 or 32 bits over bytes in machine order. */
export function viewIntegers(own: Uint8Array, count: number, layout: Layout): PixelArray {
  switch (layout.bitsAllocated) {
    case 8:
      return layout.signed ? new Int8Array(own.buffer, own.byteOffset, count) : own.subarray(0, count)
    case 16:
      return layout.signed
        ? new Int16Array(own.buffer, own.byteOffset, count)
        : new Uint16Array(own.buffer, own.byteOffset, count)
    case 32:
      return layout.signed
        ? new Int32Array(own.buffer, own.byteOffset, count)
        : new Uint32Array(own.buffer, own.byteOffset, count)
    default:
      throw new NidusError('dicom-pixel-layout-unsupported', {
        reason: `${layout.bitsAllocated} bits allocated`
      })
  }
}

/** Keeps the stored bits, moves them down to bit 0 and extends the sign; in place. */
export function cleanStoredBits(values: PixelArray, layout: Layout): PixelArray {
  const { bitsAllocated, bitsStored, signed } = layout
  const below = Math.max(0, Math.min(layout.highBit, bitsAllocated - 1) + 1 - bitsStored)
  const above = bitsAllocated - bitsStored - below
  if (below === 0 && above <= 0) return values
  const up = 32 - bitsAllocated + above
  const down = 32 - bitsStored
  if (signed) for (let at = 0; at < values.length; at++) values[at] = ((values[at] as number) << up) >> down
  else for (let at = 0; at < values.length; at++) values[at] = ((values[at] as number) << up) >>> down
  return values
}

/** Reverses the bytes of every word, in place; a last incomplete word stays. */
export function swapBytes(bytes: Uint8Array, wordBytes: number): Uint8Array {
  for (let start = 0; start + wordBytes <= bytes.length; start += wordBytes) {
    for (let low = start, high = start + wordBytes - 1; low < high; low++, high--) {
      const kept = bytes[low] as number
      bytes[low] = bytes[high] as number
      bytes[high] = kept
    }
  }
  return bytes
}

/** Values packed without gaps, lowest bit first (PS3.5 section 8.1.1, D.1): 1 bit, or the 12 of older writers. */
function unpackBits(bytes: Uint8Array, count: number, layout: Layout, bitOffset: number): PixelArray {
  const width = layout.bitsAllocated
  if (width === 1) {
    const bits = new Uint8Array(count)
    for (let at = 0; at < count; at++) {
      const bit = bitOffset + at
      bits[at] = ((bytes[bit >> 3] as number) >> (bit & 7)) & 1
    }
    return bits
  }
  const values = layout.signed ? new Int16Array(count) : new Uint16Array(count)
  const down = 32 - width
  for (let at = 0; at < count; at++) {
    const bit = bitOffset + at * width
    const byte = bit >> 3
    const word = (bytes[byte] ?? 0) | ((bytes[byte + 1] ?? 0) << 8) | ((bytes[byte + 2] ?? 0) << 16)
    const raised = (word >>> (bit & 7)) << down
    values[at] = layout.signed ? raised >> down : raised >>> down
  }
  return values
}
