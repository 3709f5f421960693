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
 * @returns rows * columns * samples values of the smallest type that holds Bits Allocated; over `bytes` themselves
 *   where nothing in them has to change
 */
export function unpackNative(
  bytes: Uint8Array,
  layout: Layout,
  bigEndian: boolean,
  bitOffset = 0
): PixelArray {
  const count = layout.rows * layout.columns * layout.samplesPerPixel
  const isWord = [8, 16, 32].includes(layout.bitsAllocated) || layout.sampleType !== 'integer'
  if (!isWord) return unpackBits(bytes, count, layout, bitOffset)
  const wordBytes = layout.bitsAllocated / 8
  const swaps = bigEndian && wordBytes > 1
  // where words lie unaligned or are changed they are copied: the file's bytes stay as they are
  const clean = !swaps && bytes.byteOffset % wordBytes === 0 && !hasStrayBits(bytes, count, layout)
  const own = clean ? bytes.subarray(0, count * wordBytes) : bytes.slice(0, count * wordBytes)
  if (swaps) swapBytes(own, wordBytes)
  if (layout.sampleType === 'float32') return new Float32Array(own.buffer, own.byteOffset, count)
  if (layout.sampleType === 'float64') return new Float64Array(own.buffer, own.byteOffset, count)
  const values = viewIntegers(own, count, layout)
  return clean ? values : cleanStoredBits(values, layout)
}

/** Whether {@link cleanStoredBits} would change any value. */
function hasStrayBits(bytes: Uint8Array, count: number, layout: Layout): boolean {
  const { bitsAllocated, bitsStored, highBit, signed, sampleType } = layout
  if (sampleType !== 'integer' || bitsStored === bitsAllocated) return false
  if (highBit + 1 !== bitsStored || bitsAllocated > 32) return true
  const values = viewIntegers(bytes, count, layout)
  // in each word: the unused bits, or, where they repeat the sign, each bit that must be as the next higher one
  const upper = signed ? bitsAllocated - 1 : bitsAllocated
  const lower = signed ? bitsStored - 1 : bitsStored
  const mask = upper === 32 ? -1 << lower : (1 << upper) - (1 << lower)
  // two words of 16 bits, or four of 8, are looked at together; what is left at either end one by one
  const perQuad = 32 / bitsAllocated
  const before = Math.min(count, ((4 - (values.byteOffset % 4)) % 4) / (bitsAllocated / 8))
  const quads = Math.floor((count - before) / perQuad)
  if (quads === 0) return strayAlone([...values.subarray(0, count)], mask, signed)
  const after = before + quads * perQuad
  const alone = [...values.subarray(0, before), ...values.subarray(after, count)]
  if (strayAlone(alone, mask, signed)) return true
  const wide = repeated(mask, bitsAllocated)
  const quad = new Int32Array(values.buffer, values.byteOffset + before * (bitsAllocated / 8), quads)
  const strayOf = signed ? strayOfSigned : strayOfUnsigned
  for (let from = 0; from < quads; from += quadsAtOnce) {
    if ((strayOf(quad, from, Math.min(quads, from + quadsAtOnce)) & wide) !== 0) return true
  }
  return false
}

/** Where there are stray bits they are everywhere: a part of the image says so. */
const quadsAtOnce = 8192

/** A word of `bits` bits in every place of 32. */
function repeated(word: number, bits: number): number {
  let wide = word
  for (let filled = bits; filled < 32; filled *= 2) wide |= wide << filled
  return wide
}

function strayAlone(words: number[], mask: number, signed: boolean): boolean {
  return words.some((word) => ((signed ? word ^ (word >>> 1) : word) & mask) !== 0)
}

/** The bits set in any word; apart from the other so that each sees arrays of one type and stays fast. */
function strayOfUnsigned(words: Int32Array, from: number, to: number): number {
  let stray = 0
  for (let at = from; at < to; at++) stray |= words[at] as number
  return stray
}

/** The bits that differ from the next higher one in any word. */
function strayOfSigned(words: Int32Array, from: number, to: number): number {
  let stray = 0
  for (let at = from; at < to; at++) {
    const word = words[at] as number
    stray |= word ^ (word >>> 1)
  }
  return stray
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
  const rest = below === 0 && bitsAllocated < 32 ? cleanTogether(values, layout) : 0
  if (signed)
    for (let at = rest; at < values.length; at++) values[at] = ((values[at] as number) << up) >> down
  else for (let at = rest; at < values.length; at++) values[at] = ((values[at] as number) << up) >>> down
  return values
}

/**
 * As {@link cleanStoredBits} for samples that lossy compression moved: one that comes out a little above the highest value
 * that Bits Stored allow is that value, where cutting off its upper bits would turn white to black.
 */
export function clampToStoredBits(values: PixelArray, layout: Layout): PixelArray {
  const { bitsAllocated, bitsStored, highBit, signed } = layout
  if (bitsStored === bitsAllocated || highBit + 1 !== bitsStored) return cleanStoredBits(values, layout)
  const high = 2 ** (signed ? bitsStored - 1 : bitsStored) - 1
  const low = signed ? -high - 1 : 0
  for (let at = 0; at < values.length; at++) {
    const value = values[at] as number
    if (value > high) values[at] = high
    else if (value < low) values[at] = low
  }
  return values
}

/**
 * Cleans two words of 16 bits, or four of 8, at once, where the lowest bit is a stored one. Signs are extended by
 * flipping the sign bit and taking it away again; the topmost bit of each word is set meanwhile so that nothing is
 * borrowed from the next one.
 * @returns how many values that were
 */
function cleanTogether(values: PixelArray, { bitsAllocated, bitsStored, signed }: Layout): number {
  if (values.byteOffset % 4 !== 0) return 0
  const quads = new Int32Array(values.buffer, values.byteOffset, values.byteLength >> 2)
  const stored = repeated((1 << bitsStored) - 1, bitsAllocated)
  const sign = repeated(1 << (bitsStored - 1), bitsAllocated)
  const top = repeated(1 << (bitsAllocated - 1), bitsAllocated)
  if (signed) {
    for (let at = 0; at < quads.length; at++)
      quads[at] = (((((quads[at] as number) & stored) ^ sign) | top) - sign) ^ top
  } else for (let at = 0; at < quads.length; at++) quads[at] = (quads[at] as number) & stored
  return quads.length * (32 / bitsAllocated)
}

/** Reverses the bytes of every word of 2, 4 or 8 bytes, in place; a last incomplete word stays. */
export function swapBytes(bytes: Uint8Array, wordBytes: number): Uint8Array {
  const words = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length - (bytes.length % wordBytes))
  if (wordBytes === 2) words.swap16()
  else if (wordBytes === 4) words.swap32()
  else if (wordBytes === 8) words.swap64()
  return bytes
}

/**
 * Values packed without gaps, lowest bit first (PS3.5 section 8.1.1, D.1): single bits, the 12 of older writers, words of
 * three bytes; the stored bits of each are kept.
 */
function unpackBits(bytes: Uint8Array, count: number, layout: Layout, bitOffset: number): PixelArray {
  const { bitsAllocated: width, bitsStored, signed } = layout
  if (width === 1) return unpackSingleBits(bytes, count, bitOffset)
  const values = emptyValues(width, signed, count)
  const lowest = Math.max(0, Math.min(layout.highBit, width - 1) + 1 - bitsStored)
  const unused = 32 - bitsStored
  for (let at = 0; at < count; at++) {
    const bit = bitOffset + at * width + lowest
    const byte = bit >> 3
    const low =
      (bytes[byte] ?? 0) |
      ((bytes[byte + 1] ?? 0) << 8) |
      ((bytes[byte + 2] ?? 0) << 16) |
      ((bytes[byte + 3] ?? 0) << 24)
    // up to 32 bits reach into a fifth byte where they start mid-byte
    const shift = bit & 7
    const word = shift === 0 ? low : (low >>> shift) | ((bytes[byte + 4] ?? 0) << (32 - shift))
    const raised = word << unused
    values[at] = signed ? raised >> unused : raised >>> unused
  }
  return values
}

/** Of the smallest type that holds `width` bits. */
function emptyValues(width: number, signed: boolean, count: number): PixelArray {
  if (width <= 8) return signed ? new Int8Array(count) : new Uint8Array(count)
  if (width <= 16) return signed ? new Int16Array(count) : new Uint16Array(count)
  return signed ? new Int32Array(count) : new Uint32Array(count)
}

/**
 * Bits to bytes of 0 and 1, lowest bit first (PS3.5 section 8.1.1).
 * @param bitOffset where the first one lies, in bits from the beginning
 */
export function unpackSingleBits(bytes: Uint8Array, count: number, bitOffset: number): Uint8Array {
  const shift = bitOffset & 7
  const byteCount = (shift + count + 7) >> 3
  const start = bitOffset >> 3
  // eight bits at once, as two words of four bytes; what the first byte has before them is cut off
  const spread = new Uint32Array(byteCount * 2)
  for (let at = 0; at < byteCount; at++) {
    const byte = bytes[start + at] ?? 0
    spread[2 * at] = spreadOfFour[byte & 15] as number
    spread[2 * at + 1] = spreadOfFour[byte >> 4] as number
  }
  const bits = new Uint8Array(spread.buffer, 0, byteCount * 8)
  return shift === 0 && count === bits.length ? bits : bits.slice(shift, shift + count)
}

/** Four bits as the bytes of a word in machine order, which is little endian wherever this runs. */
const spreadOfFour = Uint32Array.from(
  { length: 16 },
  (_, four) => (four & 1) | ((four & 2) << 7) | ((four & 4) << 14) | ((four & 8) << 21)
)
