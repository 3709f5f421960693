import type { DataSet } from 'dicom-parser'
import { decodeText, describeTextDoubt } from './decode-text'
import { readLatinText } from './read-values'

/**
 * Text of an element in the data set's own character sets, padding removed.
 * @returns '' where the element is absent; characters that cannot be decoded become U+FFFD
 */
export function readText(dataSet: DataSet, tag: string): string {
  return decodeText(readLatinText(dataSet, tag), readLatinText(dataSet, 'x00080005')).trim()
}

/** A person's name as one reads it: first component group, carets as spaces (PS3.5 section 6.2.1). */
export function readPersonName(dataSet: DataSet, tag: string): string {
  const groups = readText(dataSet, tag).split('=')
  const shown = groups.find((group) => group.trim() !== '') ?? ''
  return shown
    .split('^')
    .map((part) => part.trim())
    .filter(Boolean)
    .join(' ')
}

/** As {@link describeTextDoubt} for the elements of a data set that are shown. */
export function textDoubtOf(dataSet: DataSet, tags: string[]): string | null {
  const raws = tags.map((tag) => readLatinText(dataSet, tag))
  return describeTextDoubt(raws, readLatinText(dataSet, 'x00080005'))
}
