import { promises as fs } from 'node:fs'
import { NidusError } from '../contract/errors'
import { plainView } from '../image/plain-view'
import { openPair } from './nifti-pair'
import { openFlags } from './open-flags'
import { openArchived, type ArchivedFile } from './zip/open-archive'
import { readEntry } from './zip/read-entry'

/** Larger files do not fit into one buffer. */
const maxFileBytes = 2 ** 31 - 1

/** A file to read images from, lying in a folder or in a zip archive. */
export interface Source {
  sizeBytes: number
  modifiedMs: number
  /** the first bytes, fewer where the file is shorter */
  readBeginning(length: number): Promise<Uint8Array>
  /** the last bytes, fewer where the file is shorter */
  readEnd(length: number): Promise<Uint8Array>
  /** @throws NidusError `file-unreadable` beyond 2 GiB, and where somebody writes to it meanwhile */
  readAll(): Promise<Uint8Array>
  close(): Promise<void>
}

/**
 * Opens a file for reading; the caller closes it.
 * @param path an ordinary path, or `archive.zip!/name`; the header of a NIfTI pair stands for both of its files
 */
export async function openSource(path: string): Promise<Source> {
  return (await openPair(path, openSingle)) ?? openSingle(path)
}

async function openSingle(path: string): Promise<Source> {
  const archived = await openArchived(path)
  return archived ? sourceInArchive(archived) : openPlain(path)
}

function sourceInArchive({ bytes, entry }: ArchivedFile): Source {
  const readAll = (): Promise<Uint8Array> => readEntry(bytes, entry, Infinity)
  return {
    sizeBytes: entry.sizeBytes,
    modifiedMs: bytes.modifiedMs,
    readBeginning: (length) => readEntry(bytes, entry, length),
    readEnd: async (length) => (await readAll()).slice(-length),
    readAll,
    close: () => bytes.close()
  }
}

async function openPlain(path: string): Promise<Source> {
  const handle = await fs.open(path, openFlags)
  try {
    const stat = await handle.stat()
    if (stat.isDirectory()) throw new NidusError('file-unreadable', { reason: 'it is a folder' })
    if (!stat.isFile()) throw new NidusError('file-unreadable', { reason: 'neither a file nor a folder' })
    return {
      sizeBytes: stat.size,
      modifiedMs: stat.mtimeMs,
      readBeginning: (length) => readPart(handle, 0, Math.min(length, stat.size)),
      readEnd: (length) => readPart(handle, Math.max(0, stat.size - length), Math.min(length, stat.size)),
      async readAll() {
        if (stat.size > maxFileBytes)
          throw new NidusError('file-unreadable', { reason: 'it is larger than 2 GiB' })
        const bytes = await handle.readFile()
        const { size, mtimeMs } = await handle.stat()
        if (size !== stat.size || mtimeMs !== stat.mtimeMs || bytes.length !== size)
          throw new NidusError('file-unreadable', { reason: 'it changed while it was read' })
        return plainView(bytes)
      },
      close: () => handle.close()
    }
  } catch (error) {
    await handle.close()
    throw error
  }
}

async function readPart(handle: fs.FileHandle, start: number, length: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(length)
  let filled = 0
  while (filled < length) {
    const { bytesRead } = await handle.read(bytes, filled, length - filled, start + filled)
    if (bytesRead === 0) break
    filled += bytesRead
  }
  return bytes.subarray(0, filled)
}
