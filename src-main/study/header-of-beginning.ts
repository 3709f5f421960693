import { keepWholeFrames } from '../image/keep-whole-frames'
import { readDicomHeaderNow } from '../image/read-image-header'
import type { Beginning } from './read-ahead'
import type { FileHeader } from './read-file-header'

/**
 * The header of a plain DICOM file from its beginning, without giving way to anything else.
 * @returns null for whatever takes a longer look, broken files among them: `readFileHeader` reads it or says why not
 */
export function headerOfBeginning(path: string, { bytes, isWhole, sizeBytes }: Beginning): FileHeader | null {
  if (bytes.length === 0) return null
  try {
    const header = readDicomHeaderNow(bytes, isWhole)
    if (!header) return null
    keepWholeFrames(header, sizeBytes)
    return { path, sizeBytes, header, rasterUid: null }
  } catch {
    return null
  }
}
