import { Readable } from 'node:stream'
import * as zlib from 'node:zlib'
import { NidusError } from '../../contract/errors'
import { crc32 } from '../../image/crc32'
import type { ArchiveBytes } from './archive-bytes'
import type { ZipEntry } from './entry-list'

/** Read at once of packed content. */
const pieceBytes = 1 << 18

/** Signature, fixed fields; then come name and extra fields (APPNOTE 4.3.7). */
export const localHeadBytes = 30

/** Before the local header of a file, little endian (APPNOTE 4.3.7). */
export const localSignature = 0x04034b50

/**
 * Where the content of a file begins.
 * @throws NidusError `file-unreadable` where its local header is not at its place, or its content not all there
 */
export async function contentStart(bytes: ArchiveBytes, entry: ZipEntry): Promise<number> {
  const head = await bytes.read(entry.headerOffset, localHeadBytes)
  const view = new DataView(head.buffer, head.byteOffset, head.length)
  if (head.length < localHeadBytes || view.getUint32(0, true) !== localSignature)
    throw damaged('the file is not where its list says')
  const start = entry.headerOffset + localHeadBytes + view.getUint16(26, true) + view.getUint16(28, true)
  if (start + entry.packedBytes > bytes.sizeBytes) throw damaged('the file goes beyond its end')
  return start
}

/**
 * Unpacks a file, or its beginning.
 * @param length how many bytes at most
 * @throws NidusError `file-unreadable` where it is damaged; a checksum that is wrong is noticed only in a whole file
 */
export async function readEntry(bytes: ArchiveBytes, entry: ZipEntry, length: number): Promise<Uint8Array> {
  const start = await contentStart(bytes, entry)
  const wanted = Math.min(length, entry.sizeBytes)
  const content = entry.deflated
    ? await inflateBeginning(bytes, start, entry, wanted)
    : await bytes.read(start, wanted)
  if (content.length < wanted) throw damaged('the file unpacks to less than it claims')
  const isWhole = wanted === entry.sizeBytes
  if (isWhole && entry.crc !== null && crc32(content) !== entry.crc) throw damaged('a checksum is wrong')
  return content
}

async function inflateBeginning(
  bytes: ArchiveBytes,
  start: number,
  entry: ZipEntry,
  wanted: number
): Promise<Uint8Array> {
  const content = new Uint8Array(wanted)
  let filled = 0
  await inflate(bytes, start, start + entry.packedBytes, (piece) => {
    if (filled + piece.length > entry.sizeBytes) throw damaged('the file unpacks to more than it claims')
    content.set(piece.subarray(0, wanted - filled), filled)
    filled += piece.length
    return filled < wanted || wanted === entry.sizeBytes
  })
  return content.subarray(0, Math.min(filled, wanted))
}

/**
 * Unpacks what is deflated, piece by piece. A stream that breaks off gives what it holds.
 * @param take receives the pieces; unpacking ends where it returns false
 * @returns how many packed bytes the stream took, the end of it included
 * @throws NidusError `file-unreadable` where the stream is damaged, and what `take` throws
 */
export async function inflate(
  bytes: ArchiveBytes,
  start: number,
  end: number,
  take: (piece: Uint8Array) => boolean
): Promise<number> {
  const packed = Readable.from(piecesOf(bytes, start, end))
  const stream = zlib.createInflateRaw({ finishFlush: zlib.constants.Z_SYNC_FLUSH, chunkSize: 1 << 16 })
  packed.on('error', (error) => stream.destroy(error))
  packed.pipe(stream)
  try {
    for await (const piece of stream as AsyncIterable<Buffer>) if (!take(piece)) break
  } catch (error) {
    if (error instanceof NidusError || (error as { syscall?: string }).syscall) throw error
    throw damaged('the file is not deflated as it should be', error)
  } finally {
    packed.destroy()
    stream.destroy()
  }
  return stream.bytesWritten
}

async function* piecesOf(bytes: ArchiveBytes, start: number, end: number): AsyncGenerator<Uint8Array> {
  for (let at = start; at < end; at += pieceBytes) {
    const piece = await bytes.read(at, Math.min(pieceBytes, end - at))
    if (piece.length > 0) yield piece
  }
}

function damaged(what: string, cause?: unknown): NidusError {
  return new NidusError('file-unreadable', { reason: `the archive is damaged: ${what}` }, { cause })
}
