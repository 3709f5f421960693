import { NidusError } from '../contract/errors'
import { joinPair } from '../image/nifti/join-pair'
import { unpackGzip } from '../image/unpack-gzip'
import type { Source } from './open-plain'
import { isSilence } from './patience'

/** Headers are of 540 bytes; what is longer is something else. */
const mostHeaderBytes = 1 << 20
const mostVoxelBytes = 2 ** 31 - 1024

/** Names that header and voxels of a pair have. */
const headerName = /^(.*)\.(hdr|HDR)(\.gz)?$/s
const voxelsName = /^(.*)\.(img|IMG)(\.gz)?$/s

/** What the header of these voxels would be called; null for names that voxels do not have. */
export function headerNameOf(voxels: string): string | null {
  const match = voxelsName.exec(voxels)
  if (!match) return null
  const [, stem, kind, packed = ''] = match
  return `${stem}.${kind === 'IMG' ? 'HDR' : 'hdr'}${packed}`
}

/**
 * Opens a NIfTI pair by its header as if it were one file (.hdr and .img side by side, packed or not).
 * @param open opens either file by its path
 * @returns null where the path is no header of a pair
 * @throws NidusError `file-not-found` where the voxels' file is missing, `file-unreadable` where it is too large
 */
export async function openPair(
  path: string,
  open: (path: string) => Promise<Source>
): Promise<Source | null> {
  const match = headerName.exec(path)
  if (!match) return null
  const [, stem, kind, packed = ''] = match
  const head = await using(open(path), async ({ sizeBytes, modifiedMs, readAll }) =>
    sizeBytes > mostHeaderBytes ? null : { modifiedMs, bytes: unpacked(await readAll(), packed) }
  )
  const beginning = head && joinPair(head.bytes, new Uint8Array(0))
  if (!head || !beginning) return null
  const openVoxels = (): Promise<Source> => open(`${stem}.${kind === 'HDR' ? 'IMG' : 'img'}${packed}`)
  const beside = await openVoxels().catch((error: unknown) => {
    if (isSilence(error)) throw error
    throw new NidusError(
      'file-not-found',
      { reason: 'the .img file of this header is missing' },
      { cause: error }
    )
  })
  const facts = await using(Promise.resolve(beside), async ({ sizeBytes, modifiedMs, readEnd }) => ({
    sizeBytes: packed ? unpackedSize(await readEnd(4)) : sizeBytes,
    isTooLarge: sizeBytes > mostVoxelBytes,
    modifiedMs
  }))
  if (facts.isTooLarge) throw new NidusError('file-unreadable', { reason: 'it is larger than 2 GiB' })
  const whole = async (): Promise<Uint8Array> => {
    const voxels = await using(openVoxels(), ({ readAll }) => readAll())
    return joinPair(head.bytes, unpacked(voxels, packed)) as Uint8Array
  }
  return {
    sizeBytes: beginning.length + facts.sizeBytes,
    modifiedMs: Math.max(head.modifiedMs, facts.modifiedMs),
    // the header alone says all that is asked of a beginning
    readBeginning: async () => beginning,
    readEnd: async (length) => (await whole()).slice(-length),
    readAll: whole,
    close: async () => undefined
  }
}

async function using<T>(opening: Promise<Source>, use: (source: Source) => Promise<T>): Promise<T> {
  const source = await opening
  try {
    return await use(source)
  } finally {
    await source.close()
  }
}

/** Whatever its name says. */
function unpacked(bytes: Uint8Array, packed: string): Uint8Array {
  const isGzip = bytes[0] === 0x1f && bytes[1] === 0x8b
  return packed && isGzip ? unpackGzip(bytes, true).content : bytes
}

/** What a gzip file says in its last four bytes (RFC 1952): the size of its content modulo 2^32. */
function unpackedSize(end: Uint8Array): number {
  const view = new DataView(end.buffer, end.byteOffset, end.length)
  return end.length < 4 ? 0 : view.getUint32(0, true)
}
