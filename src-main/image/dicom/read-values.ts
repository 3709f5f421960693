import type { DataSet, Element } from 'dicom-parser'
import { parseDecimals } from './parse-decimals'

/** Elements longer than this hold no value that a header fact is read from; it bounds what strings allocate. */
const maxTextBytes = 1 << 16

/** Value representation of numeric elements in implicit data sets, which do not name it. */
export type AssumedVr = 'US' | 'SS' | 'UL' | 'FL' | 'FD' | 'DS' | 'IS'

const binaryReaders = {
  US: { size: 2, read: 'readUint16' },
  SS: { size: 2, read: 'readInt16' },
  UL: { size: 4, read: 'readUint32' },
  SL: { size: 4, read: 'readInt32' },
  FL: { size: 4, read: 'readFloat' },
  FD: { size: 8, read: 'readDouble' }
} as const

/** The element, unless it is absent, empty or reaches past the end of the bytes. */
export function findElement(dataSet: DataSet, tag: string): Element | null {
  const element = dataSet.elements[tag]
  if (!element || !(element.length > 0)) return null
  return element.dataOffset + element.length <= dataSet.byteArray.length ? element : null
}

/** Views for decoding text, of whole buffers: making one for every element, or every file, costs more than the text. */
const textViews = new WeakMap<ArrayBufferLike, Buffer>()

function textView({ buffer }: Uint8Array): Buffer {
  let view = textViews.get(buffer)
  if (!view) textViews.set(buffer, (view = Buffer.from(buffer)))
  return view
}

/** Nulls, spaces, tabs and line ends. 0xa0 is none: it ends characters of two bytes. */
function isPadding(byte: number): boolean {
  return byte === 0x20 || byte === 0 || (byte >= 9 && byte <= 13)
}

/**
 * The raw bytes of an element as characters 0 to 255, padding and surrounding spaces removed.
 * @returns '' where the element is absent, empty or longer than 64 KiB
 */
export function readLatinText(dataSet: DataSet, tag: string): string {
  const element = findElement(dataSet, tag)
  return element ? latinTextOf(dataSet.byteArray, element, tag) : ''
}

function latinTextOf(bytes: Uint8Array, { dataOffset, length }: Element, tag: string): string {
  if (length > maxTextBytes) return ''
  let start = dataOffset
  let end = start + length
  while (end > start && isPadding(bytes[end - 1] as number)) end--
  while (start < end && isPadding(bytes[start] as number)) start++
  if (start === end) return ''
  const last = lastTexts.get(tag)
  if (last !== undefined && isText(last, bytes, start, end)) return last
  const { byteOffset } = bytes
  const text = textView(bytes).toString('latin1', byteOffset + start, byteOffset + end)
  if (text.includes('\0')) return text.replace(/\0/g, '')
  if (text.length <= longestKept && !tag.startsWith('x0010')) lastTexts.set(tag, text)
  return text
}

/**
 * What the last header said: the slices of a series share most of their texts, and the headers of 50,000 need not hold
 * 50,000 copies of each. What group 0010 says of patients is not kept.
 */
const lastTexts = new Map<string, string>()
const longestKept = 64

function isText(text: string, bytes: Uint8Array, start: number, end: number): boolean {
  if (text.length !== end - start) return false
  for (let at = 0; at < text.length; at++) if (text.charCodeAt(at) !== bytes[start + at]) return false
  return true
}

/**
 * A UID, or null. Letters are let through beside the alphabet of PS3.5 section 9.1: some de-identifying tools put hashes
 * in the place of UIDs, and images belong together by these as well.
 */
export function readUid(dataSet: DataSet, tag: string): string | null {
  const text = readLatinText(dataSet, tag)
  if (text.length === 0 || text.length > 64) return null
  for (let at = 0; at < text.length; at++) {
    if (!uidCharacters[text.charCodeAt(at)]) return null
  }
  return text
}

/** 1 for digits, letters and the dot. */
const uidCharacters = Uint8Array.from({ length: 256 }, (_, code) =>
  /[0-9A-Za-z.]/.test(String.fromCharCode(code)) ? 1 : 0
)

/**
 * All numbers of an element, by its own value representation or, in implicit data sets, the assumed one.
 * @returns [] where the element is absent or any of its values is no number
 */
export function readNumbers(dataSet: DataSet, tag: string, assumed: AssumedVr): number[] {
  const element = findElement(dataSet, tag)
  if (!element || element.length > maxTextBytes) return []
  const binary = binaryReaders[vrOf(element, assumed) as keyof typeof binaryReaders]
  if (!binary) return numbersOfText(dataSet.byteArray, element, tag)
  const parser = element.parser ?? dataSet.byteArrayParser
  const values: number[] = []
  for (let at = 0; at + binary.size <= element.length; at += binary.size) {
    values.push(parser[binary.read](dataSet.byteArray, element.dataOffset + at))
  }
  return values
}

function numbersOfText(bytes: Uint8Array, element: Element, tag: string): number[] {
  const { dataOffset, length } = element
  const plain = parseDecimals(bytes, dataOffset, dataOffset + length)
  return plain ?? parseNumberText(latinTextOf(bytes, element, tag))
}

function parseNumberText(text: string): number[] {
  const values: number[] = []
  for (let start = 0; start <= text.length;) {
    const bar = text.indexOf('\\', start)
    const end = bar < 0 ? text.length : bar
    const part = text.slice(start, end)
    // what is empty or blank would count as 0
    const value = part.trim() === '' ? NaN : Number(part)
    if (!Number.isFinite(value)) return []
    values.push(value)
    start = end + 1
  }
  return values
}

/** The first number of an element, or null. */
export function readNumber(dataSet: DataSet, tag: string, assumed: AssumedVr): number | null {
  const element = findElement(dataSet, tag)
  if (!element) return null
  const binary = binaryReaders[vrOf(element, assumed) as keyof typeof binaryReaders]
  if (!binary)
    return element.length > maxTextBytes ? null : (numbersOfText(dataSet.byteArray, element, tag)[0] ?? null)
  if (element.length < binary.size) return null
  return (element.parser ?? dataSet.byteArrayParser)[binary.read](dataSet.byteArray, element.dataOffset)
}

function vrOf({ vr }: Element, assumed: AssumedVr): string {
  return vr === undefined || vr === 'UN' || vr === 'OW' ? assumed : vr
}

/** The data sets of a sequence's items; [] where the sequence is absent or was not parsed. */
export function readItems(dataSet: DataSet, tag: string): DataSet[] {
  const items = dataSet.elements[tag]?.items
  return items ? items.flatMap((item) => (item.dataSet ? [item.dataSet] : [])) : []
}

/** The first item of a sequence in the first data set that has one; undefined where none has. */
export function firstItem(dataSets: DataSet[], tag: string): DataSet | undefined {
  for (const dataSet of dataSets) {
    const found = dataSet.elements[tag]?.items?.find((item) => item.dataSet !== undefined)
    if (found) return found.dataSet
  }
  return undefined
}
