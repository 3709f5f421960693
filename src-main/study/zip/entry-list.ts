import * as yauzl from 'yauzl'

/** A file in an archive, packed in one of the ways that can be unpacked. */
export interface ZipEntry {
  /** of its parts below one another, with slashes; no two in an archive are alike */
  name: string
  deflated: boolean
  /** of its local header in the archive */
  headerOffset: number
  packedBytes: number
  sizeBytes: number
  /** CRC-32 of its content; null where the archive ends before it */
  crc: number | null
}

/** What an archive says of a file, before it is known whether that can be read. */
export interface RawEntry extends Omit<ZipEntry, 'name' | 'deflated'> {
  nameBytes: Uint8Array
  extraFields: yauzl.ExtraField[]
  /** general purpose bits (APPNOTE 4.4.4) */
  flags: number
  method: number
  /** 0 where it is not known */
  externalAttributes: number
}

/** Larger files do not fit into the memory of a workstation several times over. */
const maxEntryBytes = 1 << 30

/** Files that an archive may list; what lists more is made to fill memory. */
export const maxEntries = 200_000

/** Deflate can not make more of a byte than this (RFC 1951: 258 bytes of two bits). */
const highestRatio = 1032

/** Ways of packing (APPNOTE 4.4.5) that people meet, beside the two that are read. */
const otherMethods: Record<number, string> = {
  1: 'Shrink',
  6: 'Implode',
  9: 'Deflate64',
  12: 'bzip2',
  14: 'LZMA',
  93: 'Zstandard',
  95: 'XZ',
  98: 'PPMd',
  99: 'AES encryption'
}

/** Bits of `externalAttributes` in which archives made on Unix keep what kind of file it is. */
const kindMask = 0o170000 * 0x10000
const symbolicLink = 0o120000 * 0x10000

/** The files of an archive, and the reasons for which others are none that can be read. */
export class EntryList {
  readonly entries = new Map<string, ZipEntry>()
  /** names of files that are left out, by the reason */
  readonly refused = new Map<string, string[]>()
  private readonly offsets = new Set<number>()
  private readonly copies = new Map<string, number>()

  /**
   * Adds a file, once for each place in the archive; folders are none.
   * @returns its name where it can be read
   */
  add(raw: RawEntry): string | null {
    if (this.offsets.has(raw.headerOffset)) return null
    this.offsets.add(raw.headerOffset)
    const full = nameOf(raw)
    if (full.endsWith('/')) return null
    const name = this.nameApart(harmlessName(full))
    const reason = whyNot(raw)
    if (reason === null) {
      const { headerOffset, packedBytes, sizeBytes, crc } = raw
      this.entries.set(name, { name, deflated: raw.method === 8, headerOffset, packedBytes, sizeBytes, crc })
      return name
    }
    const others = this.refused.get(reason)
    if (others) others.push(name)
    else this.refused.set(reason, [name])
    return null
  }

  get isFull(): boolean {
    return this.offsets.size >= maxEntries
  }

  /** Archives may hold several files of one name: `IM1`, `IM1 (2)`. */
  private nameApart(name: string): string {
    const copy = (this.copies.get(name) ?? 0) + 1
    this.copies.set(name, copy)
    if (copy === 1) return name
    const [, stem, extension] = /^(.*?)((?:\.[^./]{1,4})?)$/s.exec(name) as unknown as [
      string,
      string,
      string
    ]
    return this.nameApart(`${stem} (${copy})${extension}`)
  }
}

function whyNot({ flags, method, externalAttributes, packedBytes, sizeBytes }: RawEntry): string | null {
  if (flags & 1 || method === 99) return 'encrypted: unpack the archive with its password first'
  if ((externalAttributes & kindMask) >>> 0 === symbolicLink) return 'a symbolic link, which is not followed'
  if (method !== 0 && method !== 8) {
    const way = otherMethods[method] ?? `method ${method}`
    return `packed with ${way}, which is not read: unpack the archive first`
  }
  if (sizeBytes > maxEntryBytes) return 'larger than a gibibyte once unpacked'
  if (method === 0 && sizeBytes !== packedBytes) return 'damaged: its sizes contradict each other'
  return sizeBytes > (packedBytes + 1) * highestRatio ? 'damaged: it can not unpack to what it claims' : null
}

/** UTF-8 where the archive says so or the bytes are, as some writers forget to say; else code page 437. */
function nameOf({ flags, nameBytes, extraFields }: RawEntry): string {
  const bytes = Buffer.from(nameBytes)
  return yauzl.getFileNameLowLevel(isUtf8(bytes) ? flags | 0x800 : flags, bytes, extraFields, false)
}

function isUtf8(bytes: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    return true
  } catch {
    return false
  }
}

/** Nothing is ever unpacked to where a name leads; without drives and ways upwards none seems to lead anywhere. */
function harmlessName(name: string): string {
  const parts = name.replace(/^[A-Za-z]:/, '').split('/')
  return parts.filter((part) => part !== '' && part !== '.' && part !== '..').join('/') || 'unnamed'
}
