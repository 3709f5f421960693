import { spawnSync } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildDicom, imageElements, pixelData, sq, text, words } from '../helpers/build-dicom'
import { buildEntries } from '../helpers/build-entries'
import { buildZip } from '../helpers/build-zip'
import type { HostileOutcome } from '../helpers/open-hostile-child'
import { putFile } from '../helpers/put-file'

/** To root no file is unreadable: files are opened as this user then, `nobody` of most systems. */
const nobody = 65534
const isRoot = process.getuid?.() === 0

let folder = ''
let built: { folder: string; remove(): void }

/** Opens files as somebody who may not read all of them. */
function openAsNobody(path: string): HostileOutcome {
  const user = isRoot ? { uid: nobody, gid: nobody } : {}
  const child = [join(built.folder, 'open-hostile-child.js'), path]
  const { stdout, stderr, error } = spawnSync(process.execPath, child, { ...user, encoding: 'utf8' })
  if (error || stdout === '') throw error ?? new Error(stderr)
  return JSON.parse(stdout) as HostileOutcome
}

/** Why this cannot be tried here; null where it can. */
function whyNot(): string | null {
  if (process.platform === 'win32') return 'permissions of Windows are others'
  const user = isRoot ? { uid: nobody, gid: nobody } : {}
  const look = ['-e', `require('node:fs').readFileSync(${JSON.stringify(__filename)})`]
  const { error, status } = spawnSync(process.execPath, look, user)
  if (error) return `this process cannot become another user: ${error.message}`
  return status === 0 ? null : 'this checkout cannot be read by others'
}

const reason = whyNot()
if (reason !== null) console.log(`unreadable files skipped: ${reason}`)

function put(name: string, bytes: Uint8Array, mode = 0o644): void {
  chmodSync(putFile(folder, name, bytes), mode)
}

const image = (number: number): Uint8Array =>
  buildDicom(
    imageElements(
      {
        instanceUid: `2.25.7.${number}`,
        instanceNumber: number,
        position: [0, 0, number],
        orientation: [1, 0, 0, 0, 1, 0],
        window: ['1', '2']
      },
      pixelData(words(1, 2, 3, 4, 5, 6))
    )
  )

/** A DICOMDIR (PS3.3 F.3) of these files. */
const index = (...files: string[]): Uint8Array =>
  buildDicom([sq([0x0004, 0x1220], ...files.map((file) => [text([0x0004, 0x1500], 'CS', file)]))])

describe.skipIf(reason !== null)('files that may not be read', () => {
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'nidus-unreadable-'))
    chmodSync(folder, 0o755)
    built = await buildEntries([], { 'open-hostile-child': 'test/helpers/open-hostile-child.ts' })
    chmodSync(built.folder, 0o755)
  })
  afterAll(() => {
    // as they are, only root could remove them
    spawnSync('chmod', ['-R', 'u+rwx', folder])
    rmSync(folder, { recursive: true, force: true })
    built.remove()
  })

  it('are listed by their names with the reason, and the rest opens', () => {
    put('study/a', image(1))
    put('study/b', image(2), 0o000)
    put('study/c.png', new Uint8Array(100), 0o000)
    put('study/d.zip', buildZip([{ name: 'e', content: image(3) }]), 0o000)
    put('study/closed/f', image(4))
    chmodSync(join(folder, 'study/closed'), 0o000)
    const { problems, slices } = openAsNobody(join(folder, 'study'))
    expect(slices).toEqual(['whole'])
    const told = problems.map(({ code, path, message }) => [path.slice(folder.length + 7), code, message])
    expect(told.sort()).toEqual(
      ['b', 'c.png', 'closed', 'd.zip'].map((name) => [name, 'file-unreadable', 'no permission to read it'])
    )
  })

  it('are listed where a DICOMDIR leads to them, and where it is one itself', () => {
    put('disc/DICOMDIR', index('IM1', 'IM2'))
    put('disc/IM1', image(1))
    put('disc/IM2', image(2), 0o000)
    const { problems, slices } = openAsNobody(join(folder, 'disc', 'DICOMDIR'))
    expect(slices).toEqual(['whole'])
    expect(problems).toEqual([
      { code: 'file-unreadable', path: join(folder, 'disc/IM2'), message: 'no permission to read it' }
    ])
    put('closed-disc/DICOMDIR', index('IM1'), 0o000)
    put('closed-disc/IM1', image(1))
    expect(openAsNobody(join(folder, 'closed-disc'))).toMatchObject({
      problems: [{ code: 'dicomdir-incomplete', path: join(folder, 'closed-disc/DICOMDIR') }],
      slices: ['whole']
    })
  })

  it('end in a reason where they are all there is', () => {
    put('alone', image(1), 0o000)
    expect(openAsNobody(join(folder, 'alone'))).toMatchObject({
      problems: [
        { code: 'file-unreadable', path: join(folder, 'alone'), message: 'no permission to read it' }
      ],
      slices: []
    })
  })
})
