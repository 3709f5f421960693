import { NidusError } from '../contract/errors'
import { notAnImage, tellingBytes } from './not-an-image'
import { headerTags } from './dicom/header-tags'
import { parseDataSet } from './dicom/parse-data-set'
import { readDicomHeader } from './dicom/read-dicom-header'
import { maxHeaderBytes } from './frame-limits'
import type { ImageHeader } from './image-types'
import { keepWholeFrames } from './keep-whole-frames'
import { keepWholePages } from './raster/keep-whole-pages'
import { readNiftiHeader } from './nifti/open-nifti'
import { plainView } from './plain-view'
import { readRasterHeader } from './raster/open-raster'
import { readTiffChain } from './raster/tiff-directories'
import { bareMarkBytes, sniffFormat } from './sniff-format'
import { unpackGzip } from './unpack-gzip'

/**
 * Header facts from the beginning of a file, without decoding pixels.
 * @param prefix the file's first bytes, or all of them
 * @param isWhole true where there are no more bytes to come
 * @returns null where more bytes are needed
 * @throws NidusError `file-empty`, `format-unknown`, and what the format's reader throws
 */
export async function readImageHeader(prefix: Uint8Array, isWhole: boolean): Promise<ImageHeader | null> {
  if (prefix.length === 0) throw new NidusError('file-empty', { reason: 'the file is empty' })
  const bytes = plainView(prefix)
  const format = sniffFormat(bytes)
  switch (format) {
    case 'dicom':
      return readDicomBeginning(bytes, isWhole)
    case 'png':
    case 'jpeg':
    case 'tiff':
      // a beginning that lacks directories would seem to have fewer pages
      if (format === 'tiff' && !isWhole && readTiffChain(bytes).brokenLink !== null) return null
      return readRasterHeader(bytes, format).catch((error: unknown) => {
        // a raster's header may lie at its end (TIFF) or past long metadata
        if (!isWhole) return null
        throw error
      })
    case 'nifti':
      return readNiftiHeader(bytes)
    case 'gzip': {
      const { content, warnings } = unpackGzip(bytes, isWhole, maxHeaderBytes)
      const header = await readImageHeader(content, isWhole)
      if (!header) return null
      if (isWhole) {
        keepWholeFrames(header, content.length)
        if (header.format === 'tiff') keepWholePages(header, content, content.length)
      }
      header.warnings.push(...warnings)
      // offsets in the unpacked bytes say nothing about the file
      header.pixelsStartAt = null
      return header
    }
    default:
      // an image of a disc says so behind its zeros
      if (!isWhole && bytes.length < tellingBytes && bytes.every((byte) => byte === 0)) return null
      throw notAnImage(bytes)
  }
}

/**
 * As {@link readImageHeader} for DICOM, at once: thousands of files are read faster without a promise for each.
 * @param prefix may be written over afterwards: nothing of it is kept
 * @returns null where the file is of another format, too, and where more bytes are needed
 * @throws NidusError what the reader of DICOM throws
 */
export function readDicomHeaderNow(prefix: Uint8Array, isWhole: boolean): ImageHeader | null {
  return sniffFormat(prefix) === 'dicom' ? readDicomBeginning(prefix, isWhole) : null
}

function readDicomBeginning(bytes: Uint8Array, isWhole: boolean): ImageHeader | null {
  const start = bareMarkBytes(bytes)
  const parsed = parseDataSet(bytes.subarray(start), !isWhole, headerTags)
  if (parsed.cut && !isWhole) return null
  const header = readDicomHeader(parsed)
  if (header.pixelsStartAt !== null) header.pixelsStartAt += start
  return header
}
