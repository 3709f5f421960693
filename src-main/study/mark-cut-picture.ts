import type { ImageHeader } from '../image/image-types'
import { holdsEnd, tailBytes, tailHoldsEnd } from '../image/raster/picture-end'
import { keepWholePages } from '../image/raster/keep-whole-pages'
import { sniffFormat } from '../image/sniff-format'
import type { Source } from './open-plain'

/**
 * Says of a picture whose file ends early that it does, before anybody looks at it: PNG and JPEG by their end, TIFF by
 * what its directories say. Packed files say so themselves.
 * @param header changed in place
 * @param beginning of the file, as far as its header takes
 */
export async function markCutPicture(
  header: ImageHeader,
  beginning: Uint8Array,
  source: Source
): Promise<void> {
  const format = sniffFormat(beginning)
  if (format === 'tiff') keepWholePages(header, beginning, source.sizeBytes)
  if (format !== 'png' && format !== 'jpeg') return
  if (tailHoldsEnd(await source.readEnd(tailBytes), format) || holdsEnd(await source.readAll(), format))
    return
  header.partial = true
  header.warnings.push('partial: the file ends before its picture does; what is there is shown')
}
