import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { headerTags } from '../../src-main/image/dicom/header-tags'
import { parseDataSet } from '../../src-main/image/dicom/parse-data-set'
import { readDicomHeader } from '../../src-main/image/dicom/read-dicom-header'
import { headerOfBeginning } from '../../src-main/study/header-of-beginning'
import { slotBytes } from '../../src-main/study/read-ahead-thread'
import { readFileHeader } from '../../src-main/study/read-file-header'
import { damageFile, seededRandom } from '../helpers/damage-file'
import { tagsAskedFor } from '../helpers/tags-asked-for'
import { temporaryFolder } from '../helpers/temporary-folder'

/**
 * The quick pass over the headers of a folder against the thorough one, over every file of the corpus and four damaged
 * copies of each: keeping only the elements that a header is read from changes neither header nor error, and a header
 * read at once is the one that waiting gives.
 */
const corpus = resolve(process.env.NIDUS_CORPUS ?? '../shared/data', 'dicom/files')
const present = existsSync(corpus)
if (!present) console.log(`header scan skipped: no ${corpus} (set NIDUS_CORPUS)`)

const copies = 4
const mostBytes = 2_000_000
const folder = temporaryFolder()

function outcome(work: () => unknown): unknown {
  try {
    return work()
  } catch (error) {
    return { failed: String(error), ...(error as object) }
  }
}

describe.skipIf(!present)('the quick pass over headers', () => {
  it('gives what the thorough one gives', { timeout: 300_000 }, async () => {
    const random = seededRandom(11)
    const paths = readdirSync(corpus)
      .map((name) => join(corpus, name))
      .filter((path) => statSync(path).isFile() && statSync(path).size <= mostBytes)
    let compared = 0
    let atOnce = 0
    for (const path of paths) {
      const whole = new Uint8Array(readFileSync(path))
      const other = new Uint8Array(readFileSync(paths[Math.floor(random() * paths.length)] as string))
      const damaged = Array.from({ length: copies }, () => damageFile(whole, other, random).bytes)
      for (const bytes of [whole, ...damaged]) {
        const asked = new Set<string>()
        const thorough = outcome(() => {
          const read = tagsAskedFor(parseDataSet(bytes, false))
          for (const tag of read.asked) asked.add(tag)
          return read.header
        })
        expect(outcome(() => readDicomHeader(parseDataSet(bytes, false, headerTags)))).toEqual(thorough)
        expect([...asked].filter((tag) => !headerTags.has(tag))).toEqual([])
        const copy = join(folder, 'copy')
        writeFileSync(copy, bytes)
        const beginning = { bytes: bytes.slice(0, slotBytes), isWhole: bytes.length < slotBytes }
        const now = headerOfBeginning(copy, { ...beginning, sizeBytes: bytes.length })
        if (now) {
          expect(now).toEqual(await readFileHeader(copy))
          atOnce++
        }
        compared++
      }
    }
    console.log(`${compared} headers compared, ${atOnce} of them read at once`)
    expect(atOnce).toBeGreaterThan(paths.length)
  })
})
