import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { resolve } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { compareHeader, headerOrCode } from '../helpers/compare-headers'

/**
 * Header facts of every file of the corpus against DCMTK's dcmdump (Debian's dcmtk), which shares no code with this
 * reader. Only elements of the top level are compared, and only where dcmdump prints them: values that come from
 * functional groups or that are filled in for missing elements have unit tests of their own.
 */
const corpus = resolve(process.env.NIDUS_CORPUS ?? '../shared/data', 'dicom/files')
const version = spawnSync('dcmdump', ['--version'], { encoding: 'utf8' })
const reason = !existsSync(corpus)
  ? `no ${corpus} (set NIDUS_CORPUS)`
  : version.error
    ? 'dcmdump is not installed (Debian: apt install dcmtk)'
    : null
if (reason) console.log(`agreement with dcmdump skipped: ${reason}`)

/** Top-level elements that hold a value: tag -> the value between its brackets, or the numbers as printed. */
function parseDump(dump: string): Map<string, string> {
  const elements = new Map<string, string>()
  for (const line of dump.split('\n')) {
    const match = /^\(([0-9a-f]{4},[0-9a-f]{4})\) \S\S (.*?)\s*#\s*\d+,\s*\d+ \S+\s*$/.exec(line)
    const [, tag, value] = match ?? []
    if (!tag || value === undefined || value === '(no value available)') continue
    // some writers pad text with nulls
    elements.set(
      tag,
      value
        .replace(/^\[(.*)\]$/, '$1')
        .replaceAll('\0', '')
        .trim()
    )
  }
  return elements
}

let compared = 0
let skipped = 0

describe.skipIf(reason !== null)('header facts agree with dcmdump', () => {
  const files = reason === null ? readdirSync(corpus).sort() : []
  it.each(files)('%s', async (name) => {
    const path = resolve(corpus, name)
    const dumped = spawnSync('dcmdump', ['-q', '-Un', '+L', '-M', path], {
      encoding: 'latin1',
      maxBuffer: 2 ** 28
    })
    if (dumped.status !== 0) {
      skipped++
      console.log(`${name}: dcmdump itself gives up (exit code ${dumped.status})`)
      return
    }
    const header = await headerOrCode(path)
    if (typeof header === 'string') {
      skipped++
      console.log(`${name}: no image here (${header})`)
      return
    }
    const elements = parseDump(dumped.stdout)
    expect(elements.size).toBeGreaterThan(0)
    const { compared: count, disagreements } = compareHeader(header, elements)
    compared += count
    expect(disagreements).toEqual([])
  })

  afterAll(() =>
    console.log(
      `${compared} facts of ${files.length - skipped} files agree or are listed above; ${skipped} skipped`
    )
  )
})
