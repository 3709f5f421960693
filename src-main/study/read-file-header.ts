import { basename } from 'node:path'
import { NidusError } from '../contract/errors'
import { isWorthShowing } from '../image/dicom/fill-missing'
import type { ImageHeader } from '../image/image-types'
import { readImageHeader } from '../image/read-image-header'
import { sharesColour } from '../image/shares-colour'
import { systemReason } from './list-files'
import { openSource, type Source } from './open-source'
import { syntheticUid } from './synthetic-uid'

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
 * @throws NidusError with `path` in its context: `file-unreadable`, `file-empty`, `format-unknown`, and what the
 *   format's reader throws
 */
export async function readFileHeader(path: string): Promise<FileHeader> {
  let source: Source | null = null
  try {
    source = await openSource(path)
    const { sizeBytes } = source
    let beginning: Uint8Array | null = null
    for (let wanted = firstReadBytes; ; wanted *= 8) {
      const bytes = await source.readBeginning(wanted)
      beginning ??= bytes
      const header = await readImageHeader(bytes, bytes.length < wanted || wanted >= sizeBytes)
      if (!header) continue
      keepWholeFrames(header, sizeBytes)
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

/**
 * A file cut inside its native pixels keeps the frames that are whole, or what there is of the first one.
 * @throws NidusError `dicom-truncated` where that is too little to show, `dicom-malformed` where their number cannot be true
 */
export function keepWholeFrames(header: ImageHeader, sizeBytes: number): void {
  // no compression known here gets a frame below one byte
  if (header.pixelsStartAt === null && header.frameCount > sizeBytes) {
    const reason = `${header.frameCount} frames in a file of ${sizeBytes} bytes`
    throw new NidusError('dicom-malformed', { reason })
  }
  if (header.pixelsStartAt === null || sharesColour(header)) return
  const frameBits = header.rows * header.columns * header.samplesPerPixel * header.bitsAllocated
  const whole = Math.floor(((sizeBytes - header.pixelsStartAt) * 8) / frameBits)
  if (whole >= header.frameCount) return
  const heldBytes = sizeBytes - header.pixelsStartAt
  if (whole < 1 && isWorthShowing(heldBytes, header)) {
    const rows = Math.floor((heldBytes * 8) / (frameBits / header.rows))
    header.partial = true
    header.frameCount = 1
    header.warnings.push(`partial: the file ends inside its pixels; ${rows} of ${header.rows} rows are there`)
    return
  }
  const reason = `the file ends inside its pixels; ${Math.max(0, whole)} of ${header.frameCount} frames are whole`
  if (whole < 1) throw new NidusError('dicom-truncated', { reason })
  header.frameCount = whole
  header.warnings.push(reason)
}

/** The same failure with the file's path among its facts; failures of the file system become `file-unreadable`. */
export function withPath(error: unknown, path: string): NidusError {
  if (error instanceof NidusError)
    return new NidusError(error.code, { ...error.context, path }, { cause: error })
  const errno = (error as NodeJS.ErrnoException).code
  if (errno === 'ENOENT') {
    return new NidusError('file-not-found', { path, reason: 'there is no such file' }, { cause: error })
  }
  if (errno) return new NidusError('file-unreadable', { path, reason: systemReason(error) }, { cause: error })
  const reason = error instanceof Error ? error.message : String(error)
  return new NidusError('internal', { path, reason }, { cause: error })
}
