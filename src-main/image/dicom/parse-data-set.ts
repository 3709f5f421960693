import * as zlib from 'node:zlib'
import dicomParser from 'dicom-parser'
import type { ByteArrayParser, ByteStream, DataSet, Element } from 'dicom-parser'
import { NidusError } from '../../contract/errors'
import { plainView } from '../plain-view'
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
type ByteStreamConstructor = new (parser: ByteArrayParser, bytes: Uint8Array, position: number) => ByteStream
// dicom-parser exports both as classes; its typings know the first as an interface only
const { DataSet: DataSetClass, ByteStream: ByteStreamClass } = dicomParser as unknown as {
  DataSet: DataSetConstructor
  ByteStream: ByteStreamConstructor
}

const undefinedLength = 0xffffffff
const maxInflatedBytes = 1 << 30
const maxTopLevelElements = 50_000

/** Value representations by their two bytes, and whether their length field is the short one (PS3.5 section 7.1.2). */
const vrByBytes = new Map<number, { vr: string; short: boolean }>()
const shortVrs = 'AE AS AT CS DA DS DT FL FD IS LO LT PN SH SL SS ST TM UI UL US'
for (const vr of shortVrs.split(' ')) vrByBytes.set(bytesOfVr(vr), { vr, short: true })
for (const vr of 'OB OD OF OL OV OW SQ SV UC UN UR UT UV'.split(' '))
  vrByBytes.set(bytesOfVr(vr), { vr, short: false })

function bytesOfVr(vr: string): number {
  return vr.charCodeAt(0) * 256 + vr.charCodeAt(1)
}

/** sequences whose content is used; others of known length are stepped over without being parsed */
const usedSequences = new Set([
  'x00041220',
  'x00283000',
  'x00283010',
  'x00289422',
  'x00209222',
  'x52009229',
  'x52009230'
])

interface ElementHead {
  tag: string
  group: number
  vr: string | undefined
  length: number
  dataOffset: number
}

/**
 * Parses a DICOM file (PS3.10) or a bare data set up to its pixel data; dicom-parser reads sequences and values,
 * the top level is walked here so that lengths are checked against the file before anything is followed.
 * @param bytes the file, or its beginning
 * @param isPrefix true where `bytes` may be only the beginning of the file: running out is then no fault
 * @throws NidusError `dicom-malformed` when no data set can be made out
 */
export function parseDataSet(bytes: Uint8Array, isPrefix: boolean): ParsedDataSet {
  const warnings: string[] = []
  const hasPreamble = bytes.length >= 132 && String.fromCharCode(...bytes.subarray(128, 132)) === 'DICM'
  const meta = readMetaGroup(bytes, hasPreamble ? 132 : 0)
  let syntax = transferSyntax(meta.transferSyntaxUid ?? '1.2.840.10008.1.2.1')
  let body = bytes
  let start = meta.end
  if (syntax.deflated) {
    body = inflate(bytes.subarray(start), isPrefix)
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
  const elements: Record<string, Element> = {}
  const walked = walk(body, start, syntax, parser, elements, warnings)
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
  const layout = observeLayout(bytes, start, { explicit: true, littleEndian: true })
  const view = viewOf(bytes)
  while (position + 8 <= bytes.length) {
    const head = readElementHead(view, position, layout.explicit, true)
    if (!head || head.group !== 2 || head.length === undefinedLength) break
    const end = head.dataOffset + head.length
    if (end > bytes.length) break
    if (head.tag === 'x00020010') {
      const text = String.fromCharCode(
        ...bytes.subarray(head.dataOffset, Math.min(end, head.dataOffset + 64))
      )
      transferSyntaxUid = text.replace(/[\0 ]+$/, '').trim() || null
    }
    position = end
  }
  return { transferSyntaxUid, end: position }
}

function inflate(bytes: Uint8Array, isPrefix: boolean): Uint8Array {
  try {
    // a cut stream still yields what it holds when the flush mode does not demand its end
    const finishFlush = isPrefix ? zlib.constants.Z_SYNC_FLUSH : zlib.constants.Z_FINISH
    return plainView(zlib.inflateRawSync(bytes, { finishFlush, maxOutputLength: maxInflatedBytes }))
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
  const view = viewOf(bytes)
  const groupAsDeclared = view.getUint16(at, littleEndian)
  const groupSwapped = view.getUint16(at, !littleEndian)
  const swapped = groupAsDeclared > 0x00ff && groupSwapped <= 0x00ff && groupSwapped !== 0
  return {
    explicit: vrByBytes.has(view.getUint16(at + 4)),
    littleEndian: swapped ? !littleEndian : littleEndian
  }
}

function readElementHead(
  view: DataView,
  position: number,
  explicit: boolean,
  littleEndian: boolean
): ElementHead | null {
  if (position + 8 > view.byteLength) return null
  const group = view.getUint16(position, littleEndian)
  const element = view.getUint16(position + 2, littleEndian)
  const tag = `x${(0x100000000 + group * 0x10000 + element).toString(16).slice(1)}`
  const known = explicit && group !== 0xfffe ? vrByBytes.get(view.getUint16(position + 4)) : undefined
  if (known?.short) {
    const length = view.getUint16(position + 6, littleEndian)
    return { tag, group, vr: known.vr, length, dataOffset: position + 8 }
  }
  const vr = known?.vr ?? (explicit && group !== 0xfffe ? unknownVr(view, position + 4) : undefined)
  // writers slip implicit elements into explicit data sets
  if (vr === undefined) {
    const length = view.getUint32(position + 4, littleEndian)
    return { tag, group, vr, length, dataOffset: position + 8 }
  }
  if (position + 12 > view.byteLength) return null
  return { tag, group, vr, length: view.getUint32(position + 8, littleEndian), dataOffset: position + 12 }
}

/** Two capitals that are not in the standard yet: such value representations have the long form (PS3.5 6.2). */
function unknownVr(view: DataView, at: number): string | undefined {
  const vr = String.fromCharCode(view.getUint8(at), view.getUint8(at + 1))
  return /^[A-Z]{2}$/.test(vr) ? vr : undefined
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
}

function walk(
  bytes: Uint8Array,
  start: number,
  syntax: TransferSyntax,
  parser: ByteArrayParser,
  elements: Record<string, Element>,
  warnings: string[]
): { pixels: PixelElement | null; overrun: boolean } {
  const view = viewOf(bytes)
  let position = start
  for (let count = 0; count < maxTopLevelElements; count++) {
    const head = readElementHead(view, position, syntax.explicit, syntax.littleEndian)
    if (!head) return { pixels: null, overrun: position < bytes.length }
    const { tag, vr, length, dataOffset } = head
    if (tag === 'x7fe00010' || tag === 'x7fe00008' || tag === 'x7fe00009') {
      return { pixels: { tag, vr: vr ?? 'OW', offset: dataOffset, length }, overrun: false }
    }
    if (head.group === 0xfffe) {
      position = dataOffset // a stray delimiter left over from a badly closed sequence
      continue
    }
    const end = dataOffset + length
    if (length === undefinedLength || (isSequence(view, head, syntax) && usedSequences.has(tag))) {
      const next = readSequence(bytes, position, head, parser, elements, warnings)
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
    elements[tag] = { tag, vr, length, dataOffset } as Element
    position = end
  }
  throw new NidusError('dicom-malformed', { reason: `more than ${maxTopLevelElements} elements` })
}

function isSequence(view: DataView, head: ElementHead, syntax: TransferSyntax): boolean {
  if (head.vr !== undefined && head.vr !== 'UN') return head.vr === 'SQ'
  const first = readElementHead(view, head.dataOffset, false, syntax.littleEndian)
  return first !== null && (first.tag === 'xfffee000' || first.tag === 'xfffee0dd')
}

/** @returns the position after the sequence, or null where it could not be followed to its end */
function readSequence(
  bytes: Uint8Array,
  position: number,
  head: ElementHead,
  parser: ByteArrayParser,
  elements: Record<string, Element>,
  warnings: string[]
): number | null {
  const stream = new ByteStreamClass(parser, bytes, position)
  try {
    elements[head.tag] =
      head.vr === undefined
        ? dicomParser.readDicomElementImplicit(stream)
        : dicomParser.readDicomElementExplicit(stream, stream.warnings)
    return stream.position
  } catch {
    // dicom-parser throws strings, and RangeError for nesting beyond the stack
    warnings.push(`sequence ${head.tag.slice(1)} is damaged`)
    const end = head.dataOffset + head.length
    return head.length !== undefinedLength && end <= bytes.length ? end : null
  }
}
