import { dirname, join } from 'node:path'
import type { StudyProblem } from '../contract/study'
import { parseDataSet } from '../image/dicom/parse-data-set'
import { readItems, readLatinText, readNumber } from '../image/dicom/read-values'
import { openSource } from './open-source'

/** Directories of more than some 20,000 images are not gone through: it would keep everything else waiting. */
const mostIndexBytes = 8 << 20

/** What file systems put behind the names of ISO 9660, or leave away. */
const discEnding = /\.?(;1)?$/

/** True for the names that discs and archives give their list. */
export function isIndexName(name: string): boolean {
  return name.toUpperCase().replace(discEnding, '') === 'DICOMDIR'
}

/**
 * Compares the list of a DICOMDIR (PS3.3 F.3.2.2, Referenced File ID (0004,1500)) with the files that were found. What is
 * opened are these: the list only says what is missing from its disc.
 * @param path of the DICOMDIR, which may lie in an archive
 * @param files found in its folder and elsewhere; where they were moved, one of the same name counts as the one listed
 * @returns a problem where listed files are missing or the list cannot be read, else none
 */
export async function checkDicomdir(path: string, files: string[]): Promise<StudyProblem[]> {
  let listed: string[][] | null
  try {
    listed = await readList(path)
  } catch {
    const message = 'this DICOMDIR cannot be read; the files beside it were looked for themselves'
    return [{ code: 'dicomdir-incomplete', path, message }]
  }
  const missing = listed ? findMissing(dirname(path), listed, files) : []
  if (missing.length === 0) return []
  const first = (missing[0] as string[]).join('/')
  const message = `${missing.length} of the ${listed?.length} files that this DICOMDIR lists are missing, the first is ${first}`
  return [{ code: 'dicomdir-incomplete', path, message }]
}

/** @returns null for lists that are too long to be gone through */
async function readList(path: string): Promise<string[][] | null> {
  const source = await openSource(path)
  try {
    return source.sizeBytes > mostIndexBytes ? null : readFileIds(await source.readAll())
  } finally {
    await source.close()
  }
}

/** Listed files that are neither at their place nor, once each, anywhere else under their name. */
function findMissing(folder: string, listed: string[][], files: string[]): string[][] {
  const elsewhere = new Map(files.map((file) => [placeOf(file), lastName(file)]))
  const displaced = listed.filter((parts) => !elsewhere.delete(placeOf(join(folder, ...parts))))
  const spare = new Map<string, number>()
  for (const name of elsewhere.values()) spare.set(name, (spare.get(name) ?? 0) + 1)
  return displaced.filter((parts) => {
    const name = lastName(parts[parts.length - 1] as string)
    const left = spare.get(name) ?? 0
    spare.set(name, left - 1)
    return left < 1
  })
}

/** Discs are mounted with names in either case. */
function placeOf(path: string): string {
  return path.replaceAll('\\', '/').toUpperCase().replace(discEnding, '')
}

function lastName(path: string): string {
  return placeOf(path).split('/').pop() as string
}

/** The components of each file's path, relative to the directory's folder. @throws what the reader of data sets throws */
function readFileIds(bytes: Uint8Array): string[][] {
  const { dataSet } = parseDataSet(bytes, false)
  return readItems(dataSet, 'x00041220').flatMap((record) => {
    const isInactive = readNumber(record, 'x00041410', 'US') === 0 // Record In-use Flag
    // writers put slashes, and names beyond the eight capitals of PS3.10 8.2
    const parts = readLatinText(record, 'x00041500').split(/[\\/]/)
    const isPlain = parts.every((part) => /^[^:*?"<>|]{1,64}$/.test(part) && !/^\.+$/.test(part))
    return isPlain && !isInactive ? [parts] : []
  })
}
