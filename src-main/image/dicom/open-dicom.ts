import { NidusError } from '../../contract/errors'
import type { OpenedImage } from '../image-types'
import { decodeFrame, locateFrames, type FrameBytes } from './decode-frame'
import { fillMissing } from '../fill-missing'
import { parseDataSet, type PixelElement } from './parse-data-set'
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
  let frameBytes: ((frame: number, partial: boolean) => FrameBytes) | null = null
  return {
    format: 'dicom',
    header,
    frameCount: header.frameCount,
    byteLength: parsed.bytes.length,
    async readFrame(frame, { partial = false } = {}) {
      if (!Number.isInteger(frame) || frame < 0 || frame >= header.frameCount) {
        throw new NidusError('frame-out-of-range', { reason: `frame ${frame} of ${header.frameCount}` })
      }
      frameBytes ??= locateFrames(parsed, header)
      const source = frameBytes(frame, partial)
      const stored = await decodeFrame(source, parsed, header)
      return source.missingBytes > 0 && !source.encapsulated
        ? fillMissing(stored, source.missingBytes, header)
        : stored
    },
    async readOverlay(frame) {
      return readOverlay(parsed, header, frame, () => {
        frameBytes ??= locateFrames(parsed, header)
        return frameBytes(frame, true)
      })
    }
  }
}

function endOfPixels(pixels: PixelElement | null): number {
  return pixels ? pixels.offset + pixels.length : 0
}
