/**
 * DICOM files built byte by byte for tests (PS3.5 section 7, PS3.10 section 7). Nothing of the reader under test is
 * used here, so that a misreading of the standard would have to be made twice.
 */

/** One data element before encoding: `value` is already the bytes that go between length and next element. */
export interface ElementSpec {
  tag: [group: number, element: number]
  vr: string
  value: Uint8Array | 'undefined-length-fragments'
  /** for compressed pixels: items, the offset table first */
  fragments?: Uint8Array[]
  /** for sequences: the items' elements */
  items?: ElementSpec[][]
  /** length field to write instead of the true one */
  lyingLength?: number
}

/** How the data set is written. */
export interface Encoding {
  explicit: boolean
  littleEndian: boolean
}

const longVrs = ['OB', 'OD', 'OF', 'OL', 'OV', 'OW', 'SQ', 'UC', 'UN', 'UR', 'UT', 'SV', 'UV']

/** Text padded to even length: with a null for UIDs, with a space for everything else. */
export function text(tag: [number, number], vr: string, value: string): ElementSpec {
  const padded = value.length % 2 === 0 ? value : value + (vr === 'UI' ? '\0' : ' ')
  return { tag, vr, value: Uint8Array.from(padded, (character) => character.charCodeAt(0)) }
}

/** Unsigned 16-bit values, little endian; {@link buildDicom} swaps them where the file is big endian. */
export function us(tag: [number, number], ...values: number[]): ElementSpec {
  return { tag, vr: 'US', value: new Uint8Array(Uint16Array.from(values).buffer) }
}

/** A sequence with items of undefined length. */
export function sq(tag: [number, number], ...items: ElementSpec[][]): ElementSpec {
  return { tag, vr: 'SQ', value: new Uint8Array(0), items }
}

/** Concatenates byte arrays. */
export function concat(...parts: Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(parts.reduce((total, part) => total + part.length, 0))
  let at = 0
  for (const part of parts) {
    joined.set(part, at)
    at += part.length
  }
  return joined
}

function number(value: number, bytes: 2 | 4, littleEndian: boolean): Uint8Array {
  const view = new DataView(new ArrayBuffer(bytes))
  if (bytes === 2) view.setUint16(0, value, littleEndian)
  else view.setUint32(0, value, littleEndian)
  return new Uint8Array(view.buffer)
}

function encodeElement(element: ElementSpec, encoding: Encoding): Uint8Array {
  const { explicit, littleEndian } = encoding
  const tag = concat(number(element.tag[0], 2, littleEndian), number(element.tag[1], 2, littleEndian))
  const body = encodeBody(element, encoding)
  const open = element.items !== undefined || element.fragments !== undefined
  const length = element.lyingLength ?? (open ? 0xffffffff : body.length)
  if (!explicit) return concat(tag, number(length, 4, littleEndian), body)
  const vr = Uint8Array.from(element.vr, (character) => character.charCodeAt(0))
  const head = longVrs.includes(element.vr)
    ? concat(tag, vr, new Uint8Array(2), number(length, 4, littleEndian))
    : concat(tag, vr, number(length, 2, littleEndian))
  return concat(head, body)
}

function encodeBody(element: ElementSpec, encoding: Encoding): Uint8Array {
  const { littleEndian } = encoding
  const mark = (low: number, length: number): Uint8Array =>
    concat(number(0xfffe, 2, littleEndian), number(low, 2, littleEndian), number(length, 4, littleEndian))
  if (element.items) {
    const items = element.items.map((item) =>
      concat(mark(0xe000, 0xffffffff), encodeDataSet(item, encoding), mark(0xe00d, 0))
    )
    return concat(...items, mark(0xe0dd, 0))
  }
  if (element.fragments) {
    return concat(...element.fragments.flatMap((part) => [mark(0xe000, part.length), part]), mark(0xe0dd, 0))
  }
  const value = element.value as Uint8Array
  const swaps = !littleEndian && (element.vr === 'US' || element.vr === 'SS')
  return swaps ? swapPairs(value) : value
}

function swapPairs(bytes: Uint8Array): Uint8Array {
  return bytes.map((_, at) => bytes[at ^ 1] as number)
}

function encodeDataSet(elements: ElementSpec[], encoding: Encoding): Uint8Array {
  return concat(...elements.map((element) => encodeElement(element, encoding)))
}

/** Options of {@link buildDicom}. */
export interface FileOptions {
  transferSyntaxUid?: string
  encoding?: Encoding
  /** false leaves out preamble, prefix and group 0002 */
  part10?: boolean
}

/** A whole file: preamble, group 0002 (always explicit little endian), then the elements as given. */
export function buildDicom(elements: ElementSpec[], options: FileOptions = {}): Uint8Array {
  const { transferSyntaxUid = '1.2.840.10008.1.2.1', part10 = true } = options
  const encoding = options.encoding ?? { explicit: true, littleEndian: true }
  const body = encodeDataSet(elements, encoding)
  if (!part10) return body
  const explicitLittle = { explicit: true, littleEndian: true }
  const meta = encodeDataSet([text([0x0002, 0x0010], 'UI', transferSyntaxUid)], explicitLittle)
  const prefix = concat(new Uint8Array(128), Uint8Array.from([0x44, 0x49, 0x43, 0x4d])) // 'DICM'
  return concat(prefix, meta, body)
}

/** What a generated image may say of itself. */
export interface ImageOptions {
  rows?: number
  columns?: number
  samplesPerPixel?: number
  bitsAllocated?: number
  bitsStored?: number
  highBit?: number
  pixelRepresentation?: number
  photometric?: string
  planarConfiguration?: number
  frames?: number
  modality?: string
  studyUid?: string
  seriesUid?: string
  instanceUid?: string
  instanceNumber?: number
  position?: [number, number, number]
  orientation?: number[]
  spacing?: [number, number]
  rescale?: [slope: number, intercept: number]
  window?: [center: string, width: string]
  /** further elements, in any order; a tag given here replaces the one above */
  extra?: ElementSpec[]
}

/** Header and pixel element of one image; all identifiers are made up. Elements come out in ascending order. */
export function imageElements(options: ImageOptions, pixels: ElementSpec | null): ElementSpec[] {
  const { rows = 2, columns = 3, samplesPerPixel = 1, bitsAllocated = 16 } = options
  const bitsStored = options.bitsStored ?? bitsAllocated
  const elements: ElementSpec[] = [
    text([0x0008, 0x0016], 'UI', '1.2.840.10008.5.1.4.1.1.7'), // SOP Class: Secondary Capture
    text([0x0008, 0x0018], 'UI', options.instanceUid ?? '2.25.1'), // SOP Instance UID
    text([0x0008, 0x0060], 'CS', options.modality ?? 'OT'), // Modality
    text([0x0020, 0x000d], 'UI', options.studyUid ?? '2.25.100'), // Study Instance UID
    text([0x0020, 0x000e], 'UI', options.seriesUid ?? '2.25.200'), // Series Instance UID
    us([0x0028, 0x0002], samplesPerPixel), // Samples per Pixel
    text([0x0028, 0x0004], 'CS', options.photometric ?? 'MONOCHROME2'), // Photometric Interpretation
    us([0x0028, 0x0010], rows), // Rows
    us([0x0028, 0x0011], columns), // Columns
    us([0x0028, 0x0100], bitsAllocated), // Bits Allocated
    us([0x0028, 0x0101], bitsStored), // Bits Stored
    us([0x0028, 0x0102], options.highBit ?? bitsStored - 1), // High Bit
    us([0x0028, 0x0103], options.pixelRepresentation ?? 0) // Pixel Representation
  ]
  if (options.planarConfiguration !== undefined)
    elements.push(us([0x0028, 0x0006], options.planarConfiguration))
  if (options.frames !== undefined) elements.push(text([0x0028, 0x0008], 'IS', String(options.frames)))
  if (options.instanceNumber !== undefined)
    elements.push(text([0x0020, 0x0013], 'IS', String(options.instanceNumber)))
  if (options.position) elements.push(text([0x0020, 0x0032], 'DS', options.position.join('\\')))
  if (options.orientation) elements.push(text([0x0020, 0x0037], 'DS', options.orientation.join('\\')))
  if (options.spacing) elements.push(text([0x0028, 0x0030], 'DS', options.spacing.join('\\')))
  if (options.rescale) {
    elements.push(text([0x0028, 0x1052], 'DS', String(options.rescale[1]))) // Rescale Intercept
    elements.push(text([0x0028, 0x1053], 'DS', String(options.rescale[0]))) // Rescale Slope
  }
  if (options.window) {
    elements.push(text([0x0028, 0x1050], 'DS', options.window[0])) // Window Center
    elements.push(text([0x0028, 0x1051], 'DS', options.window[1])) // Window Width
  }
  const extra = options.extra ?? []
  const replaced = new Set(extra.map(({ tag }) => tag.join()))
  const kept = elements.filter(({ tag }) => !replaced.has(tag.join()))
  return [...kept, ...extra, ...(pixels ? [pixels] : [])].sort(
    (a, b) => a.tag[0] - b.tag[0] || a.tag[1] - b.tag[1]
  )
}

/** Pixel Data (7FE0,0010) with the bytes as given. */
export function pixelData(bytes: Uint8Array, vr: 'OB' | 'OW' = 'OW'): ElementSpec {
  return {
    tag: [0x7fe0, 0x0010],
    vr,
    value: bytes.length % 2 === 0 ? bytes : concat(bytes, new Uint8Array(1))
  }
}

/** Pixel Data in items: the offset table, then the fragments (PS3.5 section A.4). */
export function encapsulated(offsets: number[], ...fragments: Uint8Array[]): ElementSpec {
  const table = new Uint8Array(Uint32Array.from(offsets).buffer)
  return {
    tag: [0x7fe0, 0x0010],
    vr: 'OB',
    value: 'undefined-length-fragments',
    fragments: [table, ...fragments]
  }
}

/** 16-bit words as little-endian bytes. */
export function words(...values: number[]): Uint8Array {
  return new Uint8Array(Uint16Array.from(values).buffer)
}
