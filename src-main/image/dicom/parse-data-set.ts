import * as zlib from 'node:zlib'
import dicomParser from 'dicom-parser'
import type { ByteArrayParser, ByteStream, DataSet, Element } from 'dicom-parser'
import { NidusError } from '../../contract/errors'
import { maxHeaderBytes } from '../frame-limits'
import { plainView } from '../plain-view'
import { skipSequence } from './skip-sequence'
import {
  emptyHead,
  fillElementHead,
  isKnownVr,
  readElementHead,
  readUint16,
  type ElementHead
} from './read-element-head'
import { type TransferSyntax, transferSyntax } from './transfer-syntaxes'

/** Where the pixels start. `length` is 0xffffffff for encapsulated pixels. */
export interface PixelElement {
  tag: 'x7fe00008' | 'x7fe00009' | 'x7fe00010'
  vr: string
  offset: number
  length: number
}

/** A data set parsed up to its pixel data. */
export interface ParsedDataSet {
  dataSet: DataSet
  /** the bytes that offsets refer to: the file's, or the inflated ones of a deflated data set */
  bytes: Uint8Array
  transferSyntaxUid: string | null
  syntax: TransferSyntax
  pixels: PixelElement | null
  /** the bytes ended before the pixel data or the end of the data set was reached */
  cut: boolean
  warnings: string[]
}

type DataSetConstructor = new (
  parser: ByteArrayParser,
  bytes: Uint8Array,
  elements: Record<string, Element>
) => DataSet
type ByteStreamConstructor = new (
  parser: ByteArrayParser,
  bytes: Uint8Array,
  position: number
) => Omit<ByteStream, 'readUint16'> & { readUint16(): number }
// dicom-parser exports both as classes; its typings know the first as an interface, methods of the second as fields
const { DataSet: DataSetClass, ByteStream: ByteStreamClass } = dicomParser as unknown as {
  DataSet: DataSetConstructor
  ByteStream: ByteStreamConstructor
}

const undefinedLength = 0xffffffff
const maxInflatedBytes = 1 << 30

/** Most slices come in one piece then, which is three times as fast as joining the usual ones of 16 KiB. */
export const inflatedAtOnce = 1 << 20
const maxTopLevelElements = 50_000

/**
 * Reads of two bytes for the tags and lengths in the sequences that are kept: 36 a frame where each has a position, a
 * window and a place in the stack of its own. Whoever fills a file with empty items is refused within seconds.
 */
const maxSequenceReads = 5_000_000

/** What is left of them to a data set. */
interface Budget {
  reads: number
}

/** The bytes that dicom-parser reads sequences from, which refuses to read on for ever. */
class BoundedStream extends ByteStreamClass {
  constructor(
    parser: ByteArrayParser,
    bytes: Uint8Array,
    position: number,
    private readonly budget: Budget
  ) {
    super(parser, bytes, position)
  }

  override readUint16(): number {
    if (--this.budget.reads < 0) {
      const reason = 'its sequences hold more elements and items than any real ones'
      throw new NidusError('dicom-malformed', { reason })
    }
    return super.readUint16()
  }
}

/** sequences whose content is used; others of known length are stepped over without being parsed */
const usedSequences = new Set([
  'x00186011',
  'x00041220',
  'x00283000',
  'x00283010',
  'x00289422',
  'x00209222',
  'x52009229',
  'x52009230'
])

/**
 * Parses a DICOM file (PS3.10) or a bare data set up to its pixel data; dicom-parser reads sequences and values,
 * the top level is walked here so that lengths are checked against the file before anything is followed.
 * @param bytes the file, or its beginning
 * @param isPrefix true where `bytes` may be only the beginning of the file: running out is then no fault
 * @param only tags of the elements to keep at the top level, where the others are not going to be asked for: keeping an
 *   element costs more than passing it
 * @throws NidusError `dicom-malformed` when no data set can be made out, or it has more elements than any real one
 */
export function parseDataSet(
  bytes: Uint8Array,
  isPrefix: boolean,
  only?: ReadonlySet<string>
): ParsedDataSet {
  const warnings: string[] = []
  const hasPreamble =
    bytes.length >= 132 && [0x44, 0x49, 0x43, 0x4d].every((byte, at) => bytes[128 + at] === byte)
  const meta = readMetaGroup(bytes, hasPreamble ? 132 : 0)
  let syntax = transferSyntax(meta.transferSyntaxUid ?? '1.2.840.10008.1.2.1')
  let body = bytes
  let start = meta.end
  if (syntax.deflated) {
    body = inflate(bytes.subarray(start), isPrefix, only ? maxHeaderBytes : maxInflatedBytes)
    start = 0
  }
  const seen = observeLayout(body, start, syntax)
  if (seen.explicit !== syntax.explicit || seen.littleEndian !== syntax.littleEndian) {
    if (meta.transferSyntaxUid !== null)
      warnings.push('the data set is not laid out as its transfer syntax says')
    const pixelsBigEndian = syntax.pixelsBigEndian !== (seen.littleEndian !== syntax.littleEndian)
    syntax = { ...syntax, ...seen, pixelsBigEndian }
  }
  if (meta.transferSyntaxUid === null) warnings.push('no transfer syntax is given; it was told from the data')
  const parser = syntax.littleEndian
    ? dicomParser.littleEndianByteArrayParser
    : dicomParser.bigEndianByteArrayParser
  // without a prototype it is a table from the start, which fills faster than an object that grows
  const elements = Object.create(null) as Record<string, Element>
  const walked = walk(body, start, syntax, parser, elements, warnings, only)
  return {
    dataSet: new DataSetClass(parser, body, elements),
    bytes: body,
    transferSyntaxUid: meta.transferSyntaxUid,
    syntax,
    pixels: walked.pixels,
    cut: walked.pixels === null && (isPrefix || walked.overrun),
    warnings
  }
}

/** Group 0002 is explicit little endian whatever follows (PS3.10 7.1); its length element is often wrong. */
function readMetaGroup(bytes: Uint8Array, start: number): { transferSyntaxUid: string | null; end: number } {
  let position = start
  let transferSyntaxUid: string | null = null
  const { explicit } = observeLayout(bytes, start, { explicit: true, littleEndian: true })
  const head = emptyHead()
  while (fillElementHead(head, bytes, position, explicit, true)) {
    if (head.group !== 2 || head.length === undefinedLength) break
    const end = head.dataOffset + head.length
    if (end > bytes.length) break
    if (head.tag === 'x00020010') {
      const text = latin1(bytes, head.dataOffset, Math.min(end, head.dataOffset + 64))
      transferSyntaxUid = text.replace(/[\0 ]+$/, '').trim() || null
    }
    position = end
  }
  return { transferSyntaxUid, end: position }
}

function latin1(bytes: Uint8Array, start: number, end: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('latin1')
}

function inflate(bytes: Uint8Array, isPrefix: boolean, maxOutputLength: number): Uint8Array {
  try {
    // a cut stream still yields what it holds when the flush mode does not demand its end
    const finishFlush = isPrefix ? zlib.constants.Z_SYNC_FLUSH : zlib.constants.Z_FINISH
    const chunkSize = isPrefix ? 64 * 1024 : inflatedAtOnce
    return plainView(zlib.inflateRawSync(bytes, { finishFlush, chunkSize, maxOutputLength }))
  } catch (error) {
    throw new NidusError(
      'dicom-malformed',
      { reason: 'the deflated data set cannot be inflated' },
      { cause: error }
    )
  }
}

/** Looks at the first element to see how the data set is really laid out; falls back on what was declared. */
function observeLayout(
  bytes: Uint8Array,
  at: number,
  declared: { explicit: boolean; littleEndian: boolean }
): { explicit: boolean; littleEndian: boolean } {
  const { explicit, littleEndian } = declared
  if (at + 8 > bytes.length) return { explicit, littleEndian }
  const groupAsDeclared = readUint16(bytes, at, littleEndian)
  const groupSwapped = readUint16(bytes, at, !littleEndian)
  const swapped = groupAsDeclared > 0x00ff && groupSwapped <= 0x00ff && groupSwapped !== 0
  return {
    explicit: isKnownVr(bytes, at + 4),
    littleEndian: swapped ? !littleEndian : littleEndian
  }
}

function walk(
  bytes: Uint8Array,
  start: number,
  syntax: TransferSyntax,
  parser: ByteArrayParser,
  elements: Record<string, Element>,
  warnings: string[],
  only: ReadonlySet<string> | undefined
): { pixels: PixelElement | null; overrun: boolean } {
  let position = start
  const head = emptyHead()
  const budget: Budget = { reads: maxSequenceReads }
  for (let count = 0; count < maxTopLevelElements; count++) {
    if (!fillElementHead(head, bytes, position, syntax.explicit, syntax.littleEndian))
      return { pixels: null, overrun: position < bytes.length }
    const { tag, vr, length, dataOffset } = head
    if (tag === 'x7fe00010' || tag === 'x7fe00008' || tag === 'x7fe00009') {
      return { pixels: { tag, vr: vr ?? 'OW', offset: dataOffset, length }, overrun: false }
    }
    if (head.group === 0xfffe) {
      position = dataOffset // a stray delimiter left over from a badly closed sequence
      continue
    }
    const end = dataOffset + length
    if (length === undefinedLength && !usedSequences.has(tag)) {
      const next = skipSequence(bytes, head, syntax)
      if (next === null) {
        warnings.push(`sequence ${tag.slice(1)} is damaged`)
        return { pixels: null, overrun: true }
      }
      position = next
      continue
    }
    if (usedSequences.has(tag) && (length === undefinedLength || isSequence(bytes, head, syntax))) {
      const next = readSequence(bytes, position, head, parser, elements, warnings, budget)
      if (next === null) return { pixels: null, overrun: true }
      position = next
      continue
    }
    if (end > bytes.length) {
      warnings.push(
        `element ${tag.slice(1)} claims ${length} bytes, ${end - bytes.length} more than there are`
      )
      return { pixels: null, overrun: true }
    }
    if (!only || only.has(tag)) {
      const kept: ElementHead = { tag, group: head.group, vr, length, dataOffset }
      elements[tag] = kept as Element
    }
    position = end
  }
  throw new NidusError('dicom-malformed', { reason: `more than ${maxTopLevelElements} elements` })
}

function isSequence(bytes: Uint8Array, head: ElementHead, syntax: TransferSyntax): boolean {
  if (head.vr !== undefined && head.vr !== 'UN') return head.vr === 'SQ'
  const first = readElementHead(bytes, head.dataOffset, false, syntax.littleEndian)
  return first !== null && (first.tag === 'xfffee000' || first.tag === 'xfffee0dd')
}

/** @returns the position after the sequence, or null where it could not be followed to its end */
function readSequence(
  bytes: Uint8Array,
  position: number,
  head: ElementHead,
  parser: ByteArrayParser,
  elements: Record<string, Element>,
  warnings: string[],
  budget: Budget
): number | null {
  const stream = new BoundedStream(parser, bytes, position, budget)
  try {
    elements[head.tag] =
      head.vr === undefined
        ? dicomParser.readDicomElementImplicit(stream)
        : dicomParser.readDicomElementExplicit(stream, stream.warnings)
    return stream.position
  } catch (error) {
    if (error instanceof NidusError) throw error
    // dicom-parser throws strings, and RangeError for nesting beyond the stack
    warnings.push(`sequence ${head.tag.slice(1)} is damaged`)
    const end = head.dataOffset + head.length
    return head.length !== undefinedLength && end <= bytes.length ? end : null
  }
}
