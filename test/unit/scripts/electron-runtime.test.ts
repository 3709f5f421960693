import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { cacheFolder } from '../../../scripts/cache-folder.mjs'
import { ensureElectron } from '../../../scripts/electron-runtime.mjs'

let folder: string
const before = { ...process.env }
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'nidus-runtime-'))
})
afterEach(() => {
  process.env = { ...before }
  rmSync(folder, { recursive: true, force: true })
})

describe('ensureElectron', () => {
  it('takes the executable that NIDUS_ELECTRON names', async () => {
    const executable = join(folder, 'electron')
    writeFileSync(executable, '#!/bin/sh\necho 99.1.2\n', { mode: 0o755 })
    process.env.NIDUS_ELECTRON = executable
    expect(await ensureElectron()).toEqual({
      executablePath: executable,
      version: '99.1.2',
      source: 'override',
      line: 'Electron 99.1.2 (named by NIDUS_ELECTRON)'
    })
  })

  it('says so when NIDUS_ELECTRON names nothing', async () => {
    process.env.NIDUS_ELECTRON = join(folder, 'absent')
    await expect(ensureElectron()).rejects.toThrow(/NIDUS_ELECTRON names .*absent, which does not exist/)
  })
})

describe('cacheFolder', () => {
  it('lies in XDG_CACHE_HOME when that is absolute', () => {
    process.env.XDG_CACHE_HOME = folder
    expect(cacheFolder()).toBe(join(folder, 'nidus'))
  })
})
