import type { Region, SliceMask } from '../../contract/feedback'
import { decodeRuns, encodeRuns, packRuns, unpackRuns } from './run-length'

/**
 * Packs a mask of one slice for storing.
 * @param mask 0 or not, [rows * columns] on the source grid
 */
export function packMask(
  mask: Uint8Array,
  rows: number,
  columns: number,
  slice: { sliceIndex: number; sopInstanceUid: string | null }
): SliceMask {
  return { ...slice, size: [rows, columns], counts: packRuns(encodeRuns(mask, rows, columns)) }
}

/** The stored mask as 0 and 1, [rows * columns]. Throws `feedback-import-invalid` for a broken code. */
export function unpackMask({ counts, size }: SliceMask): Uint8Array {
  return decodeRuns(unpackRuns(counts), size[0], size[1])
}

/** Number of pixels and smallest box [x, y, width, height] of a mask; null for an empty one. */
export function measureMask(mask: Uint8Array, columns: number): Pick<Region, 'bbox' | 'areaPx'> | null {
  let [left, top, right, bottom, areaPx] = [Infinity, Infinity, -1, -1, 0]
  for (let i = 0; i < mask.length; i += 1) {
    if (!mask[i]) continue
    const x = i % columns
    const y = (i - x) / columns
    left = Math.min(left, x)
    right = Math.max(right, x)
    top = Math.min(top, y)
    bottom = y
    areaPx += 1
  }
  return areaPx === 0 ? null : { bbox: [left, top, right - left + 1, bottom - top + 1], areaPx }
}
