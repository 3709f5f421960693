import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildEntries } from '../helpers/build-entries'
import { leaks, markedSlice } from '../helpers/marked-identifiers'
import { runNidus } from '../helpers/run-nidus'

let entries: Awaited<ReturnType<typeof buildEntries>>
let work = ''
beforeAll(async () => {
  entries = await buildEntries(['engine', 'cli'])
  work = mkdtempSync(join(tmpdir(), 'nidus-privacy-'))
  for (const folder of ['in', 'out', 'temporary', 'home']) mkdirSync(join(work, folder))
  for (const z of [0, 1, 2]) writeFileSync(join(work, 'in', `a${z}`), markedSlice(z))
  const whole = markedSlice(3)
  writeFileSync(join(work, 'in', 'cut-in-pixels'), whole.subarray(0, whole.length - 3000))
  writeFileSync(join(work, 'in', 'cut-in-header'), whole.subarray(0, 900))
  // damage everywhere: each byte of the header flipped in one file of many would be long; every 40th in one is not
  for (let at = 140; at < 1400; at += 40) {
    const damaged = whole.slice()
    damaged[at] = (damaged[at] as number) ^ 0xff
    writeFileSync(join(work, 'in', `damaged${at}`), damaged)
  }
})
afterAll(() => {
  entries.remove()
  rmSync(work, { recursive: true, force: true })
})

function everythingBelow(folder: string): [name: string, content: string][] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name)
    return statSync(path).isDirectory()
      ? everythingBelow(path)
      : [[path.slice(work.length), readFileSync(path, 'latin1')] as [string, string]]
  })
}

describe('what names a person', () => {
  it.each([
    ['decode', ['decode', ...['a0', 'cut-in-pixels', 'cut-in-header'], '--out', '../out/decode']],
    ['decode of damaged files', ['decode', '*damaged', '--out', '../out/damaged']],
    ['analyze', ['analyze', '.', '--json', '--out', '../out/analyze', '--provider', 'cpu']]
  ])('is not in what %s prints or writes', async (_, argv) => {
    const damaged = readdirSync(join(work, 'in')).filter((name) => name.startsWith('damaged'))
    const expanded = argv.flatMap((argument) => (argument === '*damaged' ? damaged : [argument]))
    const environment = {
      TMPDIR: join(work, 'temporary'),
      HOME: join(work, 'home'),
      XDG_CONFIG_HOME: join(work, 'home'),
      NIDUS_USER_DATA: join(work, 'home')
    }
    const { code, stdout, stderr } = await runNidus(entries.folder, join(work, 'in'), environment, expanded)
    expect([0, 5]).toContain(code)
    expect(stdout.length + stderr.length).toBeGreaterThan(0)
    const written = ['out', 'temporary', 'home'].flatMap((folder) => everythingBelow(join(work, folder)))
    expect(written.length).toBeGreaterThan(0)
    expect(leaks([['stdout', stdout], ['stderr', stderr], ...written])).toEqual([])
  })
})
