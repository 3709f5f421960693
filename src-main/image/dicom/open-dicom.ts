import { NidusError } from '../../contract/errors'
import type { ImageHeader, OpenedImage } from '../image-types'
import { decodeFrame, locateFrames } from './decode-frame'
import { fillMissing } from '../fill-missing'
import { parseDataSet, type ParsedDataSet, type PixelElement } from './parse-data-set'
import { readDicomHeader } from './read-dicom-header'
import { readOverlay } from './read-overlay'

/**
 * Opens a DICOM image held in memory (PS3.10 file or bare data set). Frames are decoded when asked for.
 * @param bytes the whole file; kept by reference for as long as the image is
 * @throws NidusError `dicom-malformed`, `dicom-truncated`, `dicom-no-pixel-data`, `dicom-pixel-layout-unsupported`
 */
export function openDicom(bytes: Uint8Array): OpenedImage {
  const parsed = parseDataSet(bytes, false)
  const header = readDicomHeader(parsed)
  const missing = header.pixelsStartAt === null ? 0 : endOfPixels(parsed.pixels) - bytes.length
  if (missing > 0) header.warnings.push(`the pixel data claims ${missing} bytes more than the file holds`)
  const { frameCount, bytesOf } = located(parsed, header)
  return {
    format: 'dicom',
    header,
    frameCount,
    byteLength: parsed.bytes.length,
    async readFrame(frame, { partial = false } = {}) {
      if (!Number.isInteger(frame) || frame < 0 || frame >= header.frameCount) {
        throw new NidusError('frame-out-of-range', { reason: `frame ${frame} of ${header.frameCount}` })
      }
      const source = bytesOf(frame, partial)
      const stored = await decodeFrame(source, parsed, header)
      return source.missingBytes > 0 && !source.encapsulated
        ? fillMissing(stored, source.missingBytes, header)
        : stored
    },
    async readOverlay(frame) {
      return readOverlay(parsed, header, frame, () => bytesOf(frame, true))
    }
  }
}

/** Frames that cannot be found are refused when they are asked for: the header is of use without them. */
function located(parsed: ParsedDataSet, header: ImageHeader): ReturnType<typeof locateFrames> {
  try {
    return locateFrames(parsed, header)
  } catch (error) {
    const refuse = (): never => {
      throw error
    }
    return { frameCount: header.frameCount, bytesOf: refuse }
  }
}

function endOfPixels(pixels: PixelElement | null): number {
  return pixels ? pixels.offset + pixels.length : 0
}
