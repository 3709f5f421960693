import { promises as fs } from 'node:fs'
import { NidusError } from '../contract/errors'
import { joinPair } from '../image/nifti/join-pair'
import { plainView } from '../image/plain-view'
import { unpackGzip } from '../image/unpack-gzip'
import type { Source } from './open-source'

/** Headers are of 540 bytes; what is longer is something else. */
const mostHeaderBytes = 1 << 20
const mostVoxelBytes = 2 ** 31 - 1024

/** Names that the voxels of a pair have. */
const voxelsName = /^(.*)\.(img|IMG)(\.gz)?$/s

/** True for names by which the voxels of a pair are found. */
export function isVoxelsName(path: string): boolean {
  return voxelsName.test(path)
}

/** The header's path for that of the voxels, where both lie side by side (.hdr and .img, packed or not); else null. */
export async function headerOfVoxels(path: string): Promise<string | null> {
  const match = voxelsName.exec(path)
  if (!match) return null
  const [, stem, kind, packed = ''] = match
  const header = `${stem}.${kind === 'IMG' ? 'HDR' : 'hdr'}${packed}`
  const beside = await fs.stat(header).catch(() => null)
  return beside?.isFile() ? header : null
}

/**
 * Opens a NIfTI pair by its header as if it were one file.
 * @returns null where the path is no header of a pair
 * @throws NidusError `file-not-found` where the voxels' file is missing, `file-unreadable` where it is too large
 */
export async function openPair(path: string): Promise<Source | null> {
  const match = /^(.*)\.(hdr|HDR)(\.gz)?$/s.exec(path)
  if (!match) return null
  const [, stem, kind, packed = ''] = match
  const stat = await fs.stat(path)
  if (!stat.isFile() || stat.size > mostHeaderBytes) return null
  const header = await read(path, packed !== '')
  const beginning = joinPair(header, new Uint8Array(0))
  if (!beginning) return null
  const voxels = `${stem}.${kind === 'HDR' ? 'IMG' : 'img'}${packed}`
  const beside = await fs.stat(voxels).catch(() => null)
  if (!beside?.isFile())
    throw new NidusError('file-not-found', { reason: 'the .img file of this header is missing' })
  if (beside.size > mostVoxelBytes)
    throw new NidusError('file-unreadable', { reason: 'it is larger than 2 GiB' })
  const join = async (): Promise<Uint8Array> =>
    joinPair(header, await read(voxels, packed !== '')) as Uint8Array
  return {
    sizeBytes: beginning.length + (packed ? await unpackedSize(voxels, beside.size) : beside.size),
    modifiedMs: Math.max(stat.mtimeMs, beside.mtimeMs),
    // the header alone says all that is asked of a beginning
    readBeginning: async () => beginning,
    readAll: join,
    close: async () => undefined
  }
}

async function read(path: string, packed: boolean): Promise<Uint8Array> {
  const bytes = plainView(await fs.readFile(path))
  // whatever its name says
  const isGzip = bytes[0] === 0x1f && bytes[1] === 0x8b
  return packed && isGzip ? unpackGzip(bytes, true).content : bytes
}

/** What a gzip file says in its last four bytes (RFC 1952): the size of its content modulo 2^32. */
async function unpackedSize(path: string, sizeBytes: number): Promise<number> {
  const file = await fs.open(path, 'r')
  try {
    const { buffer } = await file.read(Buffer.alloc(4), 0, 4, Math.max(0, sizeBytes - 4))
    return buffer.readUInt32LE(0)
  } finally {
    await file.close()
  }
}
