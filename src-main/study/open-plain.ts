import { promises as fs } from 'node:fs'
import { NidusError } from '../contract/errors'
import { plainView } from '../image/plain-view'
import { openFlags } from './open-flags'
import { isSilence, Patience } from './patience'

/** Larger files do not fit into one buffer. */
const maxFileBytes = 2 ** 31 - 1

/** Asked for at once: little at first and of slow disks, so that what comes shows that they are there. */
const stepBytes = { first: 64 * 1024, least: 16 * 1024, most: 8 << 20 }
const quickMs = 50
const slowMs = 500

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

/** A file that lies in a folder, of which any part can be read. */
export interface PlainSource extends Source {
  /** bytes from a place on, fewer where the file ends */
  readAt(from: number, length: number): Promise<Uint8Array>
}

/**
 * Opens a file for reading; the caller closes it. Neither opening nor reading waits for a disk that gives nothing.
 * @throws NidusError `file-unreadable` for what is no file or gives no answer; what the system throws
 */
export async function openPlain(path: string): Promise<PlainSource> {
  const patience = new Patience()
  const handle = await openPatiently(path, patience)
  let isGiven = false
  const waitFor = async <T>(call: Promise<T>): Promise<T> => {
    try {
      return await patience.within(call)
    } catch (error) {
      if (isSilence(error)) isGiven = true
      throw error
    }
  }
  // closing waits for what is read
  const close = async (): Promise<void> => {
    const closing = handle.close()
    if (isGiven) closing.catch(() => undefined)
    else await waitFor(closing)
  }
  try {
    const stat = await waitFor(handle.stat())
    if (stat.isDirectory()) throw new NidusError('file-unreadable', { reason: 'it is a folder' })
    if (!stat.isFile()) throw new NidusError('file-unreadable', { reason: 'neither a file nor a folder' })
    const readAt = async (from: number, length: number): Promise<Uint8Array> => {
      const bytes = plainView(Buffer.allocUnsafeSlow(Math.max(0, Math.min(length, stat.size - from))))
      let step = stepBytes.first
      let filled = 0
      while (filled < bytes.length) {
        const started = performance.now()
        const wanted = Math.min(step, bytes.length - filled)
        const { bytesRead } = await waitFor(handle.read(bytes, filled, wanted, from + filled))
        if (bytesRead === 0) break
        filled += bytesRead
        patience.renew()
        const tookMs = performance.now() - started
        if (tookMs < quickMs) step = Math.min(4 * step, stepBytes.most)
        else if (tookMs > slowMs) step = Math.max(step / 4, stepBytes.least)
      }
      return bytes.subarray(0, filled)
    }
    return {
      sizeBytes: stat.size,
      modifiedMs: stat.mtimeMs,
      readAt,
      readBeginning: (length) => readAt(0, length),
      readEnd: (length) => readAt(Math.max(0, stat.size - length), length),
      async readAll() {
        if (stat.size > maxFileBytes)
          throw new NidusError('file-unreadable', { reason: 'it is larger than 2 GiB' })
        const bytes = await readAt(0, stat.size)
        const { size, mtimeMs } = await waitFor(handle.stat())
        if (size !== stat.size || mtimeMs !== stat.mtimeMs || bytes.length !== size)
          throw new NidusError('file-unreadable', { reason: 'it changed while it was read' })
        return bytes
      },
      close
    }
  } catch (error) {
    await close()
    throw error
  }
}

async function openPatiently(path: string, patience: Patience): Promise<fs.FileHandle> {
  const opening = fs.open(path, openFlags)
  try {
    return await patience.within(opening)
  } catch (error) {
    // it may come after all, when nobody wants it any more
    if (isSilence(error))
      opening.then(
        (late) => late.close(),
        () => undefined
      )
    throw error
  }
}
