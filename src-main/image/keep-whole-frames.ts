import { NidusError } from '../contract/errors'
import { isWorthShowing } from './fill-missing'
import type { ImageHeader } from './image-types'
import { nativeFrameBits } from './shares-colour'

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
  if (header.pixelsStartAt === null) return
  const frameBits = nativeFrameBits(header)
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
