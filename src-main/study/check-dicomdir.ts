import { promises as fs } from 'node:fs'
import { dirname, join } from 'node:path'
import type { StudyProblem } from '../contract/study'
import { parseDataSet } from '../image/dicom/parse-data-set'
import { readItems, readLatinText } from '../image/dicom/read-values'
import { plainView } from '../image/plain-view'

/** Directories of more than some 20,000 images are not gone through: it would keep everything else waiting. */
const mostIndexBytes = 8 << 20

/**
 * Compares the list of a DICOMDIR (PS3.3 F.3.2.2, Referenced File ID (0004,1500)) with the files that were found. What is
 * opened are these: the list only says what is missing from its disc.
 * @param path of the DICOMDIR
 * @param files found in its folder and elsewhere; files that were moved count as found by their names
 * @returns a problem where listed files are missing or the list cannot be read, else none
 */
export async function checkDicomdir(path: string, files: string[]): Promise<StudyProblem[]> {
  let listed: string[][]
  try {
    const { size } = await fs.stat(path)
    if (size > mostIndexBytes) return []
    listed = readFileIds(plainView(await fs.readFile(path)))
  } catch {
    const message = 'this DICOMDIR cannot be read; the files beside it were looked for themselves'
    return [{ code: 'dicomdir-incomplete', path, message }]
  }
  const places = new Set<string>()
  const names = new Set<string>()
  for (const file of files) {
    places.add(file.toUpperCase())
    names.add(lastName(file))
  }
  const missing = listed.filter((parts) => {
    const place = join(dirname(path), ...parts).toUpperCase()
    return !places.has(place) && !names.has(lastName(place))
  })
  if (missing.length === 0) return []
  const first = (missing[0] as string[]).join('/')
  const message = `${missing.length} of the ${listed.length} files that this DICOMDIR lists are missing, the first is ${first}`
  return [{ code: 'dicomdir-incomplete', path, message }]
}

/** Discs are mounted with names in either case, and with what ISO 9660 puts behind them. */
function lastName(path: string): string {
  return (path.split(/[\\/]/).pop() as string).toUpperCase().replace(/\.?(;1)?$/, '')
}

/** The components of each file's path, relative to the directory's folder. @throws what the reader of data sets throws */
function readFileIds(bytes: Uint8Array): string[][] {
  const { dataSet } = parseDataSet(bytes, false)
  return readItems(dataSet, 'x00041220').flatMap((record) => {
    const parts = readLatinText(record, 'x00041500').split('\\')
    return parts.every((part) => /^[A-Z0-9_]{1,8}$/i.test(part)) ? [parts] : []
  })
}
