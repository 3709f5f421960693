import type { DataSet } from 'dicom-parser'
import type { LookupTable } from '../image-types'
import { findElement, readNumbers } from './read-values'

/** The values that a table may be asked for, both ends included. */
export interface ValueRange {
  low: number
  high: number
}

/**
 * Reads a table from its descriptor and data (PS3.3 C.11.1.1 and C.7.6.3.1.5), 8 or 16 bits an entry.
 * @param inputs what is looked up: tells whether the first mapped value is a signed one
 * @returns null where descriptor or data are absent or do not fit one another
 */
export function readLookupTable(
  dataSet: DataSet,
  descriptorTag: string,
  dataTag: string,
  inputs: ValueRange
): LookupTable | null {
  const parts = readParts(dataSet, descriptorTag, dataTag, inputs)
  if (!parts) return null
  const { shape, bytes, words } = parts
  if (words.length >= shape.count) {
    const values = words.slice(0, shape.count)
    return { ...shape, bits: Math.max(shape.bits, bitsOf(values)), values }
  }
  // entries of 8 bits may be packed two to a word
  if (bytes.length >= shape.count)
    return { ...shape, bits: 8, values: Uint8Array.from(bytes.subarray(0, shape.count)) }
  return null
}

/**
 * Reads a segmented palette table (PS3.3 C.7.9.2): discrete, linear and indirect segments of bytes where entries have 8
 * bits, else of 16-bit words.
 * @returns null where it is absent or its segments run past the declared number of entries
 */
export function readSegmentedTable(
  dataSet: DataSet,
  descriptorTag: string,
  dataTag: string,
  inputs: ValueRange
): LookupTable | null {
  const parts = readParts(dataSet, descriptorTag, dataTag, inputs)
  if (!parts) return null
  const { shape, bytes, words } = parts
  // some writers keep to words for entries of 8 bits
  for (const units of shape.bits === 8 ? [bytes, words] : [words]) {
    const values = new Uint16Array(shape.count)
    if (expandSegments(units, 0, Infinity, values, 0, true) === shape.count) return { ...shape, values }
  }
  return null
}

/** How many bits the entries take: descriptors that say fewer would make all of them white, or cut their upper bits off. */
function bitsOf(values: Uint16Array): number {
  let most = 0
  for (const value of values) if (value > most) most = value
  return 32 - Math.clz32(most)
}

/** Descriptor and data of a table, the data as bytes and as 16-bit words; null where either is absent. */
function readParts(dataSet: DataSet, descriptorTag: string, dataTag: string, inputs: ValueRange) {
  const shape = readDescriptor(dataSet, descriptorTag, inputs)
  const element = findElement(dataSet, dataTag)
  if (!shape || !element) return null
  const held = dataSet.byteArray.subarray(element.dataOffset, element.dataOffset + element.length)
  const words = readWords(dataSet, held, element.dataOffset)
  // two bytes to a word, the first one low: in big-endian files they lie swapped (PS3.5 section 7.3)
  const bytes = element.vr === 'OB' ? held : new Uint8Array(words.buffer)
  return { shape, bytes, words }
}

function readDescriptor(dataSet: DataSet, tag: string, inputs: ValueRange) {
  const [count, first, bits] = readNumbers(dataSet, tag, 'US')
  if (count === undefined || first === undefined || bits === undefined) return null
  // the descriptor's VR is US or SS as the writer pleased; entries count from 0 to 65535, 0 meaning 65536
  const entries = count === 0 ? 65536 : count & 0xffff
  const firstMapped = readFirstMapped(first, findElement(dataSet, tag)?.vr, inputs)
  return { count: entries, firstMapped, bits: bits <= 8 ? 8 : Math.min(bits, 16) }
}

/** Above 32767 the same bits are a negative number: which of both is meant is told from what is looked up. */
function readFirstMapped(first: number, vr: string | undefined, inputs: ValueRange): number {
  const unsigned = first & 0xffff
  const signed = (first << 16) >> 16
  if (inputs.low >= 0) return unsigned
  const isSigned = unsigned > inputs.high || vr === 'SS' || (vr !== 'US' && signed >= inputs.low)
  return isSigned ? signed : unsigned
}

function readWords(dataSet: DataSet, bytes: Uint8Array, offset: number): Uint16Array {
  const words = new Uint16Array(bytes.length >> 1)
  for (let at = 0; at < words.length; at++) {
    words[at] = dataSet.byteArrayParser.readUint16(dataSet.byteArray, offset + 2 * at)
  }
  return words
}

/** @returns how many entries are filled, or -1 where a segment is damaged */
function expandSegments(
  units: Uint8Array | Uint16Array,
  start: number,
  maxSegments: number,
  out: Uint16Array,
  filledBefore: number,
  mayFollow: boolean
): number {
  let at = start
  let filled = filledBefore
  for (let segment = 0; segment < maxSegments && at + 1 < units.length && filled < out.length; segment++) {
    const kind = units[at] as number
    const length = units[at + 1] as number
    at += 2
    if (kind === 0) {
      if (at + length > units.length || filled + length > out.length) return -1
      out.set(units.subarray(at, at + length), filled)
      at += length
      filled += length
    } else if (kind === 1) {
      const from = filled > 0 ? (out[filled - 1] as number) : 0
      const to = units[at++]
      if (to === undefined || filled + length > out.length) return -1
      for (let step = 1; step <= length; step++)
        out[filled++] = Math.round(from + ((to - from) * step) / length)
    } else if (kind === 2 && mayFollow) {
      // two words or four bytes, low first: byte offset of earlier segments to repeat, `length` of them
      const size = units.BYTES_PER_ELEMENT
      let offset = 0
      for (let part = 4 / size - 1; part >= 0; part--) offset = offset * 256 ** size + (units[at + part] ?? 0)
      at += 4 / size
      filled = expandSegments(units, Math.floor(offset / size), length, out, filled, false)
      if (filled < 0) return -1
    } else return -1
  }
  return filled
}
