import type { DataSet } from 'dicom-parser'
import type { Scanner } from '../../contract/feedback'
import { readText } from './read-text'

/** Which patient and scanner an image is of. */
export interface ImageOrigin {
  /** with its issuer on a second line where there is one; an identifier: to be hashed, never shown or logged */
  patientId: string | null
  scanner: Scanner
}

/** What is known of images without such a header. */
export const unknownOrigin: ImageOrigin = {
  patientId: null,
  scanner: { manufacturer: null, model: null, protocol: null }
}

/**
 * Patient ID (0010,0020) with Issuer of Patient ID (0010,0021), Manufacturer (0008,0070), Manufacturer's Model Name
 * (0008,1090), Protocol Name (0018,1030).
 */
export function readOrigin(dataSet: DataSet): ImageOrigin {
  const known = (tag: string): string | null =>
    readText(dataSet, tag)
      .replace(/[\p{Cc}\p{Cs}]+/gu, ' ')
      .trim()
      .slice(0, 200) || null
  const id = known('x00100020')
  const issuer = known('x00100021')
  return {
    patientId: id === null || issuer === null ? id : `${id}\n${issuer}`,
    scanner: { manufacturer: known('x00080070'), model: known('x00081090'), protocol: known('x00181030') }
  }
}
