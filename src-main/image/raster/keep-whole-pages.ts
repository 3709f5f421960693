import type { ImageHeader } from '../image-types'
import { heldRows, readTiffChain } from './tiff-directories'

/**
 * A TIFF that is cut keeps the pages that are whole, or what there is of the first one, and says so.
 * @param header changed in place
 * @param bytes the file or its beginning, with all of its directories that it has
 * @param sizeBytes of the file
 */
export function keepWholePages(header: ImageHeader, bytes: Uint8Array, sizeBytes: number): void {
  const { pages } = readTiffChain(bytes)
  const firstCut = pages.findIndex((page) => heldRows(page, sizeBytes) < page.rows)
  if (firstCut < 0) return
  if (firstCut > 0) {
    header.frameCount = Math.min(header.frameCount, firstCut)
    header.warnings.push(`the file ends inside its pixels; ${firstCut} of ${pages.length} frames are whole`)
    return
  }
  const [first] = pages
  const held = first ? heldRows(first, sizeBytes) : 0
  header.partial = true
  header.frameCount = 1
  header.warnings.push(
    `partial: the file ends inside its pixels; ${held} of ${first?.rows} rows are sure to be there`
  )
}
