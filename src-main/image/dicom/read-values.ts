import type { DataSet, Element } from 'dicom-parser'

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

/**
 * The raw bytes of an element as characters 0 to 255, padding and surrounding spaces removed.
 * @returns '' where the element is absent, empty or longer than 64 KiB
 */
export function readLatinText(dataSet: DataSet, tag: string): string {
  const element = findElement(dataSet, tag)
  if (!element || element.length > maxTextBytes) return ''
  const bytes = dataSet.byteArray.subarray(element.dataOffset, element.dataOffset + element.length)
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
    .toString('latin1')
    .replace(/\0/g, '')
    .trim()
}

/**
 * A UID, or null. Letters are let through beside the alphabet of PS3.5 section 9.1: some de-identifying tools put hashes
 * in the place of UIDs, and images belong together by these as well.
 */
export function readUid(dataSet: DataSet, tag: string): string | null {
  const text = readLatinText(dataSet, tag)
  return /^[0-9A-Za-z.]{1,64}$/.test(text) ? text : null
}

/**
 * All numbers of an element, by its own value representation or, in implicit data sets, the assumed one.
 * @returns [] where the element is absent or any of its values is no number
 */
export function readNumbers(dataSet: DataSet, tag: string, assumed: AssumedVr): number[] {
  const element = findElement(dataSet, tag)
  if (!element || element.length > maxTextBytes) return []
  const vr = element.vr === undefined || element.vr === 'UN' || element.vr === 'OW' ? assumed : element.vr
  const binary = binaryReaders[vr as keyof typeof binaryReaders]
  if (!binary) return parseNumberText(readLatinText(dataSet, tag))
  const parser = element.parser ?? dataSet.byteArrayParser
  const values: number[] = []
  for (let at = 0; at + binary.size <= element.length; at += binary.size) {
    values.push(parser[binary.read](dataSet.byteArray, element.dataOffset + at))
  }
  return values
}

function parseNumberText(text: string): number[] {
  if (text === '') return []
  const values = text.split('\\').map((part) => (part.trim() === '' ? NaN : Number(part)))
  return values.every(Number.isFinite) ? values : []
}

/** The first number of an element, or null. */
export function readNumber(dataSet: DataSet, tag: string, assumed: AssumedVr): number | null {
  return readNumbers(dataSet, tag, assumed)[0] ?? null
}

/** The data sets of a sequence's items; [] where the sequence is absent or was not parsed. */
export function readItems(dataSet: DataSet, tag: string): DataSet[] {
  const items = dataSet.elements[tag]?.items ?? []
  return items.flatMap((item) => (item.dataSet ? [item.dataSet] : []))
}
