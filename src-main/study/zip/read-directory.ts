import * as yauzl from 'yauzl'
import { NidusError } from '../../contract/errors'
import { plainView } from '../../image/plain-view'
import type { ArchiveBytes } from './archive-bytes'
import { maxEntries, type EntryList } from './entry-list'

const endBytes = 22
const longestComment = 0xffff
const locatorBytes = 20
const longEndBytes = 56

/** 200,000 entries with long names; larger lists of files lie. */
const mostDirectoryBytes = 1 << 28

/** Where an archive's list of files lies, and how far all its offsets are off. */
interface Directory {
  start: number
  sizeBytes: number
  count: number
  shift: number
}

/**
 * Reads an archive's list of files, its central directory (APPNOTE 4.3.12), zip64 as well. Bytes before the archive, as
 * those that unpack themselves have, bytes behind it and comments that look like its end are passed over.
 * @param list receives the files
 * @returns why the list ends early; null where it does not
 * @throws NidusError `file-unreadable` where there is no list, and errors of the file system
 */
export async function readDirectory(bytes: ArchiveBytes, list: EntryList): Promise<string | null> {
  const directory = await findDirectory(bytes)
  if (!directory) throw new NidusError('file-unreadable', { reason: 'it has no list of its files' })
  const { start, sizeBytes, count, shift } = directory
  const listed = await bytes.read(start, Math.min(sizeBytes, mostDirectoryBytes))
  const reader = new MemoryReader(listed)
  const zip = new yauzl.ZipFile(reader, 0, listed.length, count, '', false, true, false, false)
  try {
    for await (const entry of zip.eachEntry()) {
      if (list.isFull) return `it lists more than ${maxEntries} files`
      list.add({
        nameBytes: entry.fileNameRaw,
        extraFields: entry.extraFields,
        flags: entry.generalPurposeBitFlag,
        method: entry.compressionMethod,
        externalAttributes: entry.externalFileAttributes,
        headerOffset: entry.relativeOffsetOfLocalHeader + shift,
        packedBytes: entry.compressedSize,
        sizeBytes: entry.uncompressedSize,
        crc: entry.crc32
      })
    }
    return null
  } catch (error) {
    return error instanceof Error ? error.message.slice(0, 200) : 'it is damaged'
  }
}

/** The last end of a list before which a list lies. */
async function findDirectory(bytes: ArchiveBytes): Promise<Directory | null> {
  const before = Math.max(0, bytes.sizeBytes - endBytes - longestComment - locatorBytes)
  const tail = await bytes.read(before, bytes.sizeBytes - before)
  const view = new DataView(tail.buffer, tail.byteOffset, tail.length)
  for (let at = tail.length - endBytes; at >= 0; at--) {
    if (view.getUint32(at, true) !== 0x06054b50) continue
    const long = at >= locatorBytes ? await findLongEnd(bytes, view, at - locatorBytes, before) : null
    const { start: end, count, sizeBytes, claimed } = long ?? shortEnd(view, at, before)
    const start = end - sizeBytes
    const isLast = at + endBytes + view.getUint16(at + 20, true) === tail.length
    const isEmpty = isLast && sizeBytes === 0 && count === 0
    if (start < 0 || start < claimed || !(isEmpty || (await startsList(bytes, start)))) continue
    if (!long && view.getUint16(at + 4, true) !== 0)
      throw new NidusError('file-unreadable', { reason: 'it is one of several parts: join them first' })
    return { start, sizeBytes, count, shift: start - claimed }
  }
  return null
}

function shortEnd(tail: DataView, at: number, before: number) {
  return {
    start: before + at,
    count: tail.getUint16(at + 10, true),
    sizeBytes: tail.getUint32(at + 12, true),
    claimed: tail.getUint32(at + 16, true)
  }
}

async function startsList(bytes: ArchiveBytes, start: number): Promise<boolean> {
  const [a, b, c, d] = await bytes.read(start, 4)
  return a === 0x50 && b === 0x4b && c === 1 && d === 2
}

/** The end of a zip64 list (APPNOTE 4.3.14), which lies right before its locator at that place of the tail. */
async function findLongEnd(bytes: ArchiveBytes, tail: DataView, locator: number, before: number) {
  if (tail.getUint32(locator, true) !== 0x07064b50) return null
  // right before its locator where something stands before the archive; there may be something between both, too
  for (const start of [before + locator - longEndBytes, Number(tail.getBigUint64(locator + 8, true))]) {
    const end = await bytes.read(Math.max(0, start), longEndBytes)
    const view = new DataView(end.buffer, end.byteOffset, end.length)
    if (start < 0 || end.length < longEndBytes || view.getUint32(0, true) !== 0x06064b50) continue
    const field = (at: number): number => Number(view.getBigUint64(at, true))
    return { start, count: field(32), sizeBytes: field(40), claimed: field(48) }
  }
  return null
}

class MemoryReader extends yauzl.RandomAccessReader {
  constructor(private readonly bytes: Uint8Array) {
    super()
  }

  override read(
    target: Buffer,
    offset: number,
    length: number,
    position: number,
    callback: (error: Error | null) => void
  ): void {
    const found = this.bytes.subarray(position, position + length)
    plainView(target).set(found, offset)
    callback(found.length < length ? new Error('it ends inside its list') : null)
  }
}
