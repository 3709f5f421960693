/** What stands before an element's value (PS3.5 section 7.1). */
export interface ElementHead {
  /** as dicom-parser writes tags: `x` and eight lowercase hexadecimal digits */
  tag: string
  group: number
  /** undefined where the data set does not name it */
  vr: string | undefined
  /** 0xffffffff where the length is undefined */
  length: number
  dataOffset: number
}

/** Value representations by their two bytes, and whether their length field is the short one (PS3.5 section 7.1.2). */
const knownVrs = [
  ...'AE AS AT CS DA DS DT FL FD IS LO LT PN SH SL SS ST TM UI UL US'
    .split(' ')
    .map((vr) => ({ vr, short: true })),
  ...'OB OD OF OL OV OW SQ SV UC UN UR UT UV'.split(' ').map((vr) => ({ vr, short: false }))
]
/** By both bytes: one more than the place in `knownVrs`, 0 for what is no value representation. */
const vrTable = new Uint8Array(65_536)
knownVrs.forEach(({ vr }, index) => (vrTable[vr.charCodeAt(0) * 256 + vr.charCodeAt(1)] = index + 1))

/** Making a tag's name costs more than reading its element; damaged files would fill the memory with names. */
const tagNames = new Map<number, string>()
const mostTagNames = 16_384

/** True where two bytes name a value representation of the standard. */
export function isKnownVr(bytes: Uint8Array, at: number): boolean {
  return vrTable[((bytes[at] as number) << 8) | (bytes[at + 1] as number)] !== 0
}

/** @returns null where fewer bytes are left than the head takes */
export function readElementHead(
  bytes: Uint8Array,
  position: number,
  explicit: boolean,
  littleEndian: boolean
): ElementHead | null {
  const head = emptyHead()
  return fillElementHead(head, bytes, position, explicit, littleEndian) ? head : null
}

/** A head to be filled, for walks over elements of which few are kept. */
export function emptyHead(): ElementHead {
  return { tag: '', group: 0, vr: undefined, length: 0, dataOffset: 0 }
}

/**
 * As {@link readElementHead}, into a head that is there already.
 * @returns false where fewer bytes are left than the head takes; `head` then means nothing
 */
export function fillElementHead(
  head: ElementHead,
  bytes: Uint8Array,
  position: number,
  explicit: boolean,
  littleEndian: boolean
): boolean {
  if (position + 8 > bytes.length) return false
  const group = readUint16(bytes, position, littleEndian)
  head.tag = tagName(group, readUint16(bytes, position + 2, littleEndian))
  head.group = group
  head.vr = undefined
  head.dataOffset = position + 8
  if (explicit && group !== 0xfffe) {
    const first = bytes[position + 4] as number
    const second = bytes[position + 5] as number
    const known = knownVrs[(vrTable[(first << 8) | second] as number) - 1]
    if (known?.short) {
      head.vr = known.vr
      head.length = readUint16(bytes, position + 6, littleEndian)
      return true
    }
    // two capitals that are not in the standard yet: such value representations have the long form (PS3.5 6.2)
    if (known || (isCapital(first) && isCapital(second))) {
      if (position + 12 > bytes.length) return false
      head.vr = known?.vr ?? String.fromCharCode(first, second)
      head.length = readUint32(bytes, position + 8, littleEndian)
      head.dataOffset = position + 12
      return true
    }
  }
  // writers slip implicit elements into explicit data sets
  head.length = readUint32(bytes, position + 4, littleEndian)
  return true
}

function tagName(group: number, element: number): string {
  const key = group * 65_536 + element
  const known = tagNames.get(key)
  if (known !== undefined) return known
  if (tagNames.size >= mostTagNames) tagNames.clear()
  const name = `x${(0x100000000 + key).toString(16).slice(1)}`
  tagNames.set(key, name)
  return name
}

function isCapital(byte: number): boolean {
  return byte >= 0x41 && byte <= 0x5a
}

/** Byte by byte, as a DataView would have to be made for every file and costs more than what it reads. */
export function readUint16(bytes: Uint8Array, at: number, littleEndian: boolean): number {
  const first = bytes[at] as number
  const second = bytes[at + 1] as number
  return littleEndian ? first | (second << 8) : (first << 8) | second
}

function readUint32(bytes: Uint8Array, at: number, littleEndian: boolean): number {
  const first = readUint16(bytes, at, littleEndian)
  const second = readUint16(bytes, at + 2, littleEndian)
  return littleEndian ? first + second * 65_536 : first * 65_536 + second
}
