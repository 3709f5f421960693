import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildDicom, imageElements, pixelData, sq, text, type ElementSpec } from '../helpers/build-dicom'
import { buildEntries } from '../helpers/build-entries'
import { runNidus } from '../helpers/run-nidus'

/**
 * Whatever names a person in the files, by a mark that appears nowhere else: patient, relatives, physicians,
 * institution, numbers, addresses, dates of birth, comments, also inside sequences.
 */
const mark = 'QZMARKED'
const birthDate = '19330704'
const identifiers: ElementSpec[] = [
  text([0x0008, 0x0050], 'SH', `${mark}1`), // Accession Number
  text([0x0008, 0x0080], 'LO', `${mark} Hospital`), // Institution Name
  text([0x0008, 0x0081], 'ST', `${mark} Street`), // Institution Address
  text([0x0008, 0x0090], 'PN', `${mark}^Referring`), // Referring Physician's Name
  text([0x0008, 0x1030], 'LO', `Head of ${mark}`), // Study Description
  text([0x0008, 0x103e], 'LO', `T1 ${mark}`), // Series Description
  text([0x0008, 0x1050], 'PN', `${mark}^Performing`), // Performing Physician's Name
  sq([0x0008, 0x1140], [text([0x0010, 0x0010], 'PN', `${mark}^Nested`)]),
  text([0x0010, 0x0010], 'PN', `${mark}^Patient`),
  text([0x0010, 0x0020], 'LO', `${mark}-ID`),
  text([0x0010, 0x0030], 'DA', birthDate),
  text([0x0010, 0x1000], 'LO', `${mark}-OTHER`), // Other Patient IDs
  text([0x0010, 0x1040], 'LO', `${mark} Road`), // Patient's Address
  text([0x0010, 0x4000], 'LT', `${mark} comment`), // Patient Comments
  text([0x0009, 0x0010], 'LO', `${mark} private`),
  text([0x0020, 0x4000], 'LT', `${mark} image comment`)
]

const size = 64
function file(z: number): Uint8Array {
  const pixels = Uint16Array.from({ length: size * size }, (_, at) => (at * 31 + z) % 1000)
  return buildDicom(
    imageElements(
      {
        rows: size,
        columns: size,
        modality: 'MR',
        instanceUid: `2.25.77${z}`,
        position: [0, 0, z],
        orientation: [1, 0, 0, 0, 1, 0],
        spacing: [1, 1],
        extra: identifiers
      },
      pixelData(new Uint8Array(pixels.buffer))
    )
  )
}

let entries: Awaited<ReturnType<typeof buildEntries>>
let work = ''
beforeAll(async () => {
  entries = await buildEntries(['engine', 'cli'])
  work = mkdtempSync(join(tmpdir(), 'nidus-privacy-'))
  for (const folder of ['in', 'out', 'temporary', 'home']) mkdirSync(join(work, folder))
  for (const z of [0, 1, 2]) writeFileSync(join(work, 'in', `a${z}`), file(z))
  const whole = file(3)
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

function leaks(texts: [name: string, content: string][]): string[] {
  return texts
    .filter(([name, content]) => `${name} ${content}`.includes(mark) || content.includes(birthDate))
    .map(([name]) => name)
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
