import type { DataSet } from 'dicom-parser'
import type { LookupTable } from '../image-types'
import { findElement, readNumbers } from './read-values'

/**
 * Reads a table from its descriptor and data (PS3.3 C.11.1.1 and C.7.6.3.1.5), 8 or 16 bits an entry.
 * @param signedInput whether stored values are signed: the first mapped value then is too
 * @returns null where descriptor or data are absent or do not fit one another
 */
export function readLookupTable(
  dataSet: DataSet,
  descriptorTag: string,
  dataTag: string,
  signedInput: boolean
): LookupTable | null {
  const parts = readParts(dataSet, descriptorTag, dataTag, signedInput)
  if (!parts) return null
  const { shape, bytes, words } = parts
  if (words.length >= shape.count) return { ...shape, values: words.slice(0, shape.count) }
  // entries of 8 bits may be packed two to a word
  if (bytes.length >= shape.count)
    return { ...shape, bits: 8, values: Uint8Array.from(bytes.subarray(0, shape.count)) }
  return null
}

/**
 * Reads a segmented palette table (PS3.3 C.7.9.2): discrete, linear and indirect segments of 16-bit words.
 * @returns null where it is absent or its segments run past the declared number of entries
 */
export function readSegmentedTable(
  dataSet: DataSet,
  descriptorTag: string,
  dataTag: string,
  signedInput: boolean
): LookupTable | null {
  const parts = readParts(dataSet, descriptorTag, dataTag, signedInput)
  if (!parts) return null
  const { shape, words } = parts
  const values = new Uint16Array(shape.count)
  const filled = expandSegments(words, 0, Infinity, values, 0, true)
  return filled === shape.count ? { ...shape, values } : null
}

/** Descriptor and data of a table, the data as bytes and as 16-bit words; null where either is absent. */
function readParts(dataSet: DataSet, descriptorTag: string, dataTag: string, signedInput: boolean) {
  const shape = readDescriptor(dataSet, descriptorTag, signedInput)
  const element = findElement(dataSet, dataTag)
  if (!shape || !element) return null
  const bytes = dataSet.byteArray.subarray(element.dataOffset, element.dataOffset + element.length)
  return { shape, bytes, words: readWords(dataSet, bytes, element.dataOffset) }
}

function readDescriptor(dataSet: DataSet, tag: string, signedInput: boolean) {
  const [count, first, bits] = readNumbers(dataSet, tag, 'US')
  if (count === undefined || first === undefined || bits === undefined) return null
  // the descriptor's VR is US or SS as the writer pleased; entries count from 0 to 65535, 0 meaning 65536
  const entries = count === 0 ? 65536 : count & 0xffff
  const firstMapped = signedInput ? (first << 16) >> 16 : first & 0xffff
  return { count: entries, firstMapped, bits: bits <= 8 ? 8 : Math.min(bits, 16) }
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
  words: Uint16Array,
  start: number,
  maxSegments: number,
  out: Uint16Array,
  filledBefore: number,
  mayFollow: boolean
): number {
  let at = start
  let filled = filledBefore
  for (let segment = 0; segment < maxSegments && at + 1 < words.length && filled < out.length; segment++) {
    const kind = words[at] as number
    const length = words[at + 1] as number
    at += 2
    if (kind === 0) {
      if (at + length > words.length || filled + length > out.length) return -1
      out.set(words.subarray(at, at + length), filled)
      at += length
      filled += length
    } else if (kind === 1) {
      const from = filled > 0 ? (out[filled - 1] as number) : 0
      const to = words[at++]
      if (to === undefined || filled + length > out.length) return -1
      for (let step = 1; step <= length; step++)
        out[filled++] = Math.round(from + ((to - from) * step) / length)
    } else if (kind === 2 && mayFollow) {
      // two words, low first: byte offset of earlier segments to repeat, `length` of them
      const offset = (words[at] ?? 0) + (words[at + 1] ?? 0) * 65536
      at += 2
      filled = expandSegments(words, offset >> 1, length, out, filled, false)
      if (filled < 0) return -1
    } else return -1
  }
  return filled
}
