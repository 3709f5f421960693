import { NidusError } from '../contract/errors'
import { notAnImage } from './not-an-image'
import { openDicom } from './dicom/open-dicom'
import type { OpenedImage } from './image-types'
import { openNifti } from './nifti/open-nifti'
import { plainView } from './plain-view'
import { openRaster } from './raster/open-raster'
import { bareMarkBytes, sniffFormat } from './sniff-format'
import { unpackGzip } from './unpack-gzip'

/**
 * Opens an image held in memory, whatever its name: DICOM with or without preamble, PNG, JPEG, TIFF, NIfTI,
 * and each of these in gzip.
 * @param bytes the whole file; kept by reference for as long as the image is
 * @throws NidusError `file-empty`, `format-unknown`, and what the format's reader throws
 */
export async function openImage(bytes: Uint8Array): Promise<OpenedImage> {
  if (bytes.length === 0) throw new NidusError('file-empty', { reason: 'the file is empty' })
  const plain = plainView(bytes)
  const format = sniffFormat(plain)
  switch (format) {
    case 'dicom':
      return openDicom(plain.subarray(bareMarkBytes(plain)))
    case 'png':
    case 'jpeg':
    case 'tiff':
      return openRaster(plain, format)
    case 'nifti':
      return openNifti(plain)
    case 'gzip': {
      const { content, warnings } = unpackGzip(plain, true)
      const opened = await openImage(content)
      opened.header.warnings.push(...warnings)
      // offsets in the unpacked bytes say nothing about the file
      opened.header.pixelsStartAt = null
      return opened
    }
    default:
      throw notAnImage(plain)
  }
}
