import { deflateRawSync } from 'node:zlib'
import { concat } from './build-dicom'
import { crc32 } from './crc32'

/** A file to pack; `claimedSize` writes another unpacked size than the true one. */
export interface ZipEntrySpec {
  name: string
  content: Uint8Array
  deflate?: boolean
  encrypted?: boolean
  claimedSize?: number
}

/**
 * A zip archive by its specification (APPNOTE 4.3): local heads with their content, the central directory, its end.
 */
export function buildZip(specs: ZipEntrySpec[]): Uint8Array {
  const locals: Uint8Array[] = []
  const directory: Uint8Array[] = []
  let offset = 0
  for (const spec of specs) {
    const name = new TextEncoder().encode(spec.name)
    const packed = spec.deflate ? new Uint8Array(deflateRawSync(spec.content)) : spec.content
    const shared = new DataView(new ArrayBuffer(26))
    shared.setUint16(0, 20, true) // version needed
    shared.setUint16(2, 0x800 | (spec.encrypted ? 1 : 0), true) // flags: names are UTF-8
    shared.setUint16(4, spec.deflate ? 8 : 0, true) // compression method
    shared.setUint32(10, crc32(spec.content), true)
    shared.setUint32(14, packed.length, true)
    shared.setUint32(18, spec.claimedSize ?? spec.content.length, true)
    shared.setUint16(22, name.length, true)
    const common = new Uint8Array(shared.buffer)
    const local = concat(Uint8Array.of(0x50, 0x4b, 3, 4), common, name, packed)
    const tail = new DataView(new ArrayBuffer(14)) // comment, disk and attributes 0, then the local head's offset
    tail.setUint32(10, offset, true)
    directory.push(concat(Uint8Array.of(0x50, 0x4b, 1, 2, 20, 0), common, new Uint8Array(tail.buffer), name))
    locals.push(local)
    offset += local.length
  }
  const central = concat(...directory)
  const end = new DataView(new ArrayBuffer(22))
  end.setUint32(0, 0x06054b50, true)
  end.setUint16(8, specs.length, true)
  end.setUint16(10, specs.length, true)
  end.setUint32(12, central.length, true)
  end.setUint32(16, offset, true)
  return concat(...locals, central, new Uint8Array(end.buffer))
}
