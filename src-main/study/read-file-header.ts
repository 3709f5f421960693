import { basename } from 'node:path'
import { NidusError } from '../contract/errors'
import type { ImageHeader } from '../image/image-types'
import { keepWholeFrames } from '../image/keep-whole-frames'
import { readImageHeader } from '../image/read-image-header'
import { markCutPicture } from './mark-cut-picture'
import type { Source } from './open-plain'
import { openSource } from './open-source'
import { limitOfWork, unwatched } from './reader-work'
import { syntheticUid } from './synthetic-uid'
import { systemReason } from './system-reason'

/** Enough for nearly every single-frame header; longer ones are read again with eight times as much. */
const firstReadBytes = 32 * 1024

/** A file's header facts together with what the file system says. */
export interface FileHeader {
  path: string
  sizeBytes: number
  header: ImageHeader
  /** identity of an image that carries no UID: from its name, size and beginning, not from where it lies */
  rasterUid: string | null
}

/**
 * Reads the header facts of an image file from as little of it as they take.
 * @param bench where they are made out
 * @throws NidusError with `path` in its context: `file-unreadable`, `file-empty`, `format-unknown`, and what the
 *   format's reader throws
 */
export async function readFileHeader(path: string, bench = unwatched): Promise<FileHeader> {
  let source: Source | null = null
  try {
    source = await openSource(path)
    const { sizeBytes } = source
    let beginning: Uint8Array | null = null
    for (let wanted = firstReadBytes; ; wanted *= 8) {
      const bytes = await source.readBeginning(wanted)
      beginning ??= bytes
      const isWhole = bytes.length < wanted || wanted >= sizeBytes
      const work = { path, limitMs: limitOfWork(bytes.length) }
      const header = await bench.do(work, () => readImageHeader(bytes, isWhole))
      if (!header) continue
      keepWholeFrames(header, sizeBytes)
      await markCutPicture(header, bytes, source)
      const isRaster = header.format !== 'dicom'
      const rasterUid = isRaster ? syntheticUid('image', basename(path), String(sizeBytes), beginning) : null
      return { path, sizeBytes, header, rasterUid }
    }
  } catch (error) {
    throw withPath(error, path)
  } finally {
    await source?.close()
  }
}

/** The same failure with the file's path among its facts; failures of the file system become `file-unreadable`. */
export function withPath(error: unknown, path: string): NidusError {
  if (error instanceof NidusError)
    return new NidusError(error.code, { ...error.context, path }, { cause: error })
  const errno = (error as NodeJS.ErrnoException).code
  if (errno === 'ENOENT') {
    // names that are no Unicode reach us with their odd bytes replaced
    const reason = path.includes('\ufffd')
      ? 'its name is not valid Unicode; it can be opened once it is renamed'
      : 'there is no such file'
    return new NidusError('file-not-found', { path, reason }, { cause: error })
  }
  if (errno) return new NidusError('file-unreadable', { path, reason: systemReason(error) }, { cause: error })
  const reason = error instanceof Error ? error.message : String(error)
  return new NidusError('internal', { path, reason }, { cause: error })
}
