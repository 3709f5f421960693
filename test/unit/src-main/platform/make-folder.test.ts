import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { makeFolder } from '../../../../src-main/platform/make-folder'

let base: string
beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'nidus-folder-'))
})
afterEach(() => rm(base, { recursive: true, force: true }))

describe('makeFolder', () => {
  it('makes a folder with those above it, and takes one that is there', async () => {
    const deep = join(base, 'a', 'b c', 'ö')
    await makeFolder(deep)
    await makeFolder(deep)
    expect((await stat(deep)).isDirectory()).toBe(true)
  })

  it('makes folders side by side at the same time', async () => {
    await Promise.all(['x', 'y', 'x', 'x/z'].map((name) => makeFolder(join(base, 'same', name))))
    expect((await stat(join(base, 'same', 'x', 'z'))).isDirectory()).toBe(true)
  })

  it('refuses where a file bears the name, or stands above it', async () => {
    const file = join(base, 'file')
    await writeFile(file, '')
    await expect(makeFolder(file)).rejects.toMatchObject({ code: 'EEXIST' })
    await expect(makeFolder(join(file, 'below'))).rejects.toMatchObject({ code: 'ENOTDIR' })
  })

  it.runIf(process.platform === 'linux')('comes back where the system makes no folders', async () => {
    await expect(makeFolder('/proc/nidus/maps')).rejects.toMatchObject({ code: 'ENOENT' })
  })
})
