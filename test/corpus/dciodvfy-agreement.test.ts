import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { resolve } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { compareHeader, headerOrCode } from '../helpers/compare-headers'

/**
 * Header facts of every file of the corpus against dciodvfy -dump (Debian's dicom3tools), whose parser shares nothing
 * with DCMTK's or ours. What it says of the files' own faults is not the matter here. Only elements of the top level
 * are compared; files at which it aborts are counted.
 */
const corpus = resolve(process.env.NIDUS_CORPUS ?? '../shared/data', 'dicom/files')
const reason = !existsSync(corpus)
  ? `no ${corpus} (set NIDUS_CORPUS)`
  : spawnSync('dciodvfy', ['-version']).error
    ? 'dciodvfy is not installed (Debian: apt install dicom3tools)'
    : null
if (reason) console.log(`agreement with dciodvfy skipped: ${reason}`)

/** Text as `<...>`, numbers as `[0x..,0x..]` or `[1.5,2]`; elements inside sequences are indented and left out. */
function parseDump(dump: string): Map<string, string> {
  const elements = new Map<string, string>()
  for (const line of dump.split('\n')) {
    const head = /^\(0x([0-9a-f]{4}),0x([0-9a-f]{4})\) /.exec(line)
    const value = /(?:<([^<]*)>|\[([^[\]]*)\])\s*$/.exec(line)
    if (!head || !value) continue
    const printed = value[1] ?? (value[2] as string).split(',').join('\\')
    const plain = printed.replaceAll('\0', '').trim()
    if (plain !== '' && plain !== '...') elements.set(`${head[1]},${head[2]}`, plain)
  }
  return elements
}

let compared = 0
let skipped = 0

describe.skipIf(reason !== null)('header facts agree with dciodvfy', () => {
  const files = reason === null ? readdirSync(corpus).sort() : []
  it.each(files)('%s', async (name) => {
    const path = resolve(corpus, name)
    const dumped = spawnSync('dciodvfy', ['-dump', path], { encoding: 'latin1', maxBuffer: 2 ** 28 })
    if (dumped.signal !== null) {
      skipped++
      console.log(`${name}: dciodvfy itself gives up (${dumped.signal})`)
      return
    }
    const header = await headerOrCode(path)
    if (typeof header === 'string') {
      skipped++
      console.log(`${name}: no image here (${header})`)
      return
    }
    const { compared: count, disagreements } = compareHeader(header, parseDump(dumped.stderr + dumped.stdout))
    compared += count
    expect(disagreements).toEqual([])
  })

  afterAll(() => {
    console.log(
      `${compared} facts of ${files.length - skipped} files agree or are listed above; ${skipped} skipped`
    )
    if (reason === null) expect(compared).toBeGreaterThan(1000)
  })
})
