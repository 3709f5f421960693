import { deflateRawSync } from 'node:zlib'
import { concat } from './build-dicom'
import { crc32 } from './crc32'

/** A file to pack; `claimedSize` writes another unpacked size than the true one. */
export interface ZipEntrySpec {
  /** as UTF-8, and said to be; bytes of another character set, of which nothing is said */
  name: string | Uint8Array
  content: Uint8Array
  deflate?: boolean
  encrypted?: boolean
  claimedSize?: number
  /** compression method that is claimed in the place of the true one */
  method?: number
  /** kind and permissions as Unix has them */
  unixMode?: number
  /** sizes and checksum follow the content, with or without a signature; its head says nothing of them */
  descriptor?: 'signed' | 'bare'
  /** sizes and place stand in a zip64 field */
  zip64?: boolean
  /** another checksum than the true one */
  crc?: number
}

/** What surrounds the files of an archive. */
export interface ZipOptions {
  /** bytes before it, of which its offsets know nothing */
  prefix?: Uint8Array
  comment?: Uint8Array
  /** end of the list as zip64 has it */
  zip64?: boolean
}

const numbers = (...fields: [bytes: 2 | 4 | 8, value: number][]): Uint8Array =>
  concat(
    ...fields.map(([bytes, value]) => {
      const view = new DataView(new ArrayBuffer(8))
      view.setBigUint64(0, BigInt(value), true)
      return new Uint8Array(view.buffer, 0, bytes)
    })
  )

const inZip64 = 0xffffffff

/**
 * A zip archive by its specification (APPNOTE 4.3): local heads with their content, the central directory, its end.
 */
export function buildZip(specs: ZipEntrySpec[], options: ZipOptions = {}): Uint8Array {
  const locals: Uint8Array[] = []
  const directory: Uint8Array[] = []
  let offset = 0
  for (const spec of specs) {
    const { local, central } = buildEntry(spec, offset)
    locals.push(local)
    directory.push(central)
    offset += local.length
  }
  const central = concat(...directory)
  const comment = options.comment ?? new Uint8Array(0)
  const counts: [2 | 4, number][] = [
    [4, options.zip64 ? inZip64 : central.length],
    [4, options.zip64 ? inZip64 : offset],
    [2, comment.length]
  ]
  const end = concat(
    options.zip64 ? zip64End(specs.length, central.length, offset) : new Uint8Array(0),
    Uint8Array.of(0x50, 0x4b, 5, 6, 0, 0, 0, 0),
    numbers([2, options.zip64 ? 0xffff : specs.length], [2, options.zip64 ? 0xffff : specs.length], ...counts)
  )
  return concat(options.prefix ?? new Uint8Array(0), ...locals, central, end, comment)
}

function buildEntry(spec: ZipEntrySpec, offset: number): { local: Uint8Array; central: Uint8Array } {
  const isText = typeof spec.name === 'string'
  const name = typeof spec.name === 'string' ? new TextEncoder().encode(spec.name) : spec.name
  const packed = spec.deflate ? new Uint8Array(deflateRawSync(spec.content)) : spec.content
  const size = spec.claimedSize ?? spec.content.length
  const crc = spec.crc ?? crc32(spec.content)
  const flags = (isText ? 0x800 : 0) | (spec.encrypted ? 1 : 0) | (spec.descriptor ? 8 : 0)
  const method = spec.method ?? (spec.deflate ? 8 : 0)
  const head = (hidesSizes: boolean, extraBytes: number): Uint8Array =>
    numbers(
      [2, spec.zip64 ? 45 : 20], // version needed
      [2, flags],
      [2, method],
      [4, 0], // time and date
      [4, hidesSizes ? 0 : crc],
      [4, hidesSizes ? 0 : spec.zip64 ? inZip64 : packed.length],
      [4, hidesSizes ? 0 : spec.zip64 ? inZip64 : size],
      [2, name.length],
      [2, extraBytes]
    )
  const long = spec.zip64 ? numbers([2, 1], [2, 16], [8, size], [8, packed.length]) : new Uint8Array(0)
  const longWithPlace = spec.zip64
    ? numbers([2, 1], [2, 24], [8, size], [8, packed.length], [8, offset])
    : new Uint8Array(0)
  const signature = spec.descriptor === 'signed' ? Uint8Array.of(0x50, 0x4b, 7, 8) : new Uint8Array(0)
  const descriptor = spec.descriptor
    ? concat(signature, numbers([4, crc], [4, packed.length], [4, size]))
    : new Uint8Array(0)
  const local = concat(
    Uint8Array.of(0x50, 0x4b, 3, 4),
    head(spec.descriptor !== undefined, long.length),
    name,
    long,
    packed,
    descriptor
  )
  const tail = numbers(
    [2, 0], // comment
    [2, 0], // disk
    [2, 0], // internal attributes
    [4, (spec.unixMode ?? 0) * 0x10000],
    [4, spec.zip64 ? inZip64 : offset]
  )
  const central = concat(
    Uint8Array.of(0x50, 0x4b, 1, 2, 20, spec.unixMode === undefined ? 0 : 3),
    head(false, longWithPlace.length),
    tail,
    name,
    longWithPlace
  )
  return { local, central }
}

/** End of the list in zip64, then where it lies (APPNOTE 4.3.14 and 4.3.15). */
function zip64End(count: number, centralBytes: number, centralStart: number): Uint8Array {
  return concat(
    Uint8Array.of(0x50, 0x4b, 6, 6),
    numbers([8, 44], [2, 45], [2, 45], [4, 0], [4, 0], [8, count], [8, count]),
    numbers([8, centralBytes], [8, centralStart]),
    Uint8Array.of(0x50, 0x4b, 6, 7),
    numbers([4, 0], [8, centralStart + centralBytes], [4, 1])
  )
}
