import * as yauzl from 'yauzl'
import { NidusError } from '../../contract/errors'
import type { ArchiveBytes } from './archive-bytes'
import type { EntryList, RawEntry } from './entry-list'
import { inflate, localHeadBytes, localSignature } from './read-entry'

/** Searched at once. */
const windowBytes = 1 << 20

/** Unpacked at most to find the ends of files whose headers do not give their sizes; it takes some seconds. */
const mostMeasuredBytes = 1 << 30

/** Before the sizes that stand behind a file (APPNOTE 4.3.9). */
const descriptorSignature = 0x08074b50

type LocalHead = Omit<RawEntry, 'externalAttributes'> & { start: number }
type Sizes = Pick<RawEntry, 'packedBytes' | 'sizeBytes' | 'crc'>

/**
 * Goes through an archive whose list of files is missing, as that of one that was cut is, by what stands before each
 * file (APPNOTE 4.3.7).
 * @param list receives the files that it lacks; of the one that the archive ends in what is there
 * @param signal stops between files by throwing its reason
 * @returns name of the file that the archive ends in; null where there is none
 */
export async function recoverEntries(
  bytes: ArchiveBytes,
  list: EntryList,
  signal?: AbortSignal
): Promise<string | null> {
  let measurable = mostMeasuredBytes
  for (let at = 0; !list.isFull;) {
    if (signal?.aborted) throw signal.reason
    const head = await readHead(bytes, await find(bytes, at, localSignature))
    if (!head) return null
    const isOpen = (head.flags & 8) !== 0 && head.packedBytes === 0
    const held = bytes.sizeBytes - head.start
    const isCut = head.packedBytes > held
    const sizes = isOpen || (isCut && head.method === 8) ? await measure(bytes, head, measurable) : head
    if (!sizes) return null
    if (sizes !== head) measurable -= sizes.sizeBytes
    if (isCut || (isOpen && sizes.packedBytes >= held)) {
      const sizeBytes = head.method === 8 ? sizes.sizeBytes : held
      return list.add({ ...head, externalAttributes: 0, packedBytes: held, sizeBytes, crc: null })
    }
    list.add({ ...head, externalAttributes: 0, ...sizes })
    at = head.start + sizes.packedBytes
  }
  return null
}

/** @returns the place of a signature from there on; the end of the archive where there is none */
async function find(bytes: ArchiveBytes, from: number, signature: number): Promise<number> {
  const wanted = Buffer.alloc(4)
  wanted.writeUInt32LE(signature)
  for (let at = from; at < bytes.sizeBytes; at += windowBytes) {
    const piece = await bytes.read(at, windowBytes + wanted.length - 1)
    const found = Buffer.from(piece.buffer, piece.byteOffset, piece.length).indexOf(wanted)
    if (found >= 0) return at + found
  }
  return bytes.sizeBytes
}

async function readHead(bytes: ArchiveBytes, headerOffset: number): Promise<LocalHead | null> {
  const fixed = await bytes.read(headerOffset, localHeadBytes)
  if (fixed.length < localHeadBytes) return null
  const view = new DataView(fixed.buffer, fixed.byteOffset, fixed.length)
  const nameLength = view.getUint16(26, true)
  const further = await bytes.read(headerOffset + localHeadBytes, nameLength + view.getUint16(28, true))
  const extraFields = parseExtra(further.subarray(nameLength))
  const sizeBytes = view.getUint32(22, true)
  const packedBytes = view.getUint32(18, true)
  const long = extraFields.find(({ id, data }) => id === 1 && data.length >= 16)?.data
  return {
    headerOffset,
    start: headerOffset + localHeadBytes + nameLength + view.getUint16(28, true),
    nameBytes: further.subarray(0, nameLength),
    extraFields,
    flags: view.getUint16(6, true),
    method: view.getUint16(8, true),
    crc: view.getUint32(14, true),
    packedBytes: long && packedBytes === 0xffffffff ? Number(long.readBigUInt64LE(8)) : packedBytes,
    sizeBytes: long && sizeBytes === 0xffffffff ? Number(long.readBigUInt64LE(0)) : sizeBytes
  }
}

function parseExtra(extra: Uint8Array): yauzl.ExtraField[] {
  try {
    return yauzl.parseExtraFields(Buffer.from(extra))
  } catch {
    return []
  }
}

/** Finds the end of a file whose header does not tell it. @returns null where that takes too long */
async function measure(bytes: ArchiveBytes, head: LocalHead, mostBytes: number): Promise<Sizes | null> {
  const { start, method, flags } = head
  if (flags & 1 || (method !== 8 && method !== 0)) return upToNext(bytes, start)
  if (method === 0) return upToDescriptor(bytes, start)
  let sizeBytes = 0
  try {
    const packedBytes = await inflate(bytes, start, bytes.sizeBytes, (piece) => {
      sizeBytes += piece.length
      return sizeBytes <= mostBytes
    })
    if (sizeBytes > mostBytes) return null
    return { packedBytes, sizeBytes, crc: await describedCrc(bytes, start + packedBytes) }
  } catch (error) {
    if (!(error instanceof NidusError)) throw error
    // the file is damaged, and will be listed as such when it is read
    return upToNext(bytes, start)
  }
}

async function upToNext(bytes: ArchiveBytes, start: number): Promise<Sizes> {
  const packedBytes = (await find(bytes, start, localSignature)) - start
  return { packedBytes, sizeBytes: packedBytes, crc: null }
}

/** What is stored ends where a descriptor gives the size that leads to it. */
async function upToDescriptor(bytes: ArchiveBytes, start: number): Promise<Sizes> {
  for (let at = start; ; at++) {
    at = await find(bytes, at, descriptorSignature)
    const packedBytes = at - start
    if (at >= bytes.sizeBytes) return { packedBytes, sizeBytes: packedBytes, crc: null }
    const descriptor = await bytes.read(at, 12)
    const view = new DataView(descriptor.buffer, descriptor.byteOffset, descriptor.length)
    if (descriptor.length === 12 && view.getUint32(8, true) === packedBytes)
      return { packedBytes, sizeBytes: packedBytes, crc: view.getUint32(4, true) }
  }
}

/** The checksum behind a file, with or without a signature before it. */
async function describedCrc(bytes: ArchiveBytes, at: number): Promise<number | null> {
  const descriptor = await bytes.read(at, 8)
  if (descriptor.length < 8) return null
  const view = new DataView(descriptor.buffer, descriptor.byteOffset, descriptor.length)
  return view.getUint32(0, true) === descriptorSignature ? view.getUint32(4, true) : view.getUint32(0, true)
}
