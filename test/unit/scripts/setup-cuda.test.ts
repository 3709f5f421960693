import { spawnSync } from 'node:child_process'
import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../../helpers/temporary-folder'

const script = resolve(__dirname, '../../../scripts/setup-cuda.mjs')
const folder = temporaryFolder()
const setup = (...argv: string[]) =>
  spawnSync(process.execPath, [script, ...argv], { encoding: 'utf8', cwd: folder })

describe('npm run setup:cuda', () => {
  it('explains both ways', () => {
    const { status, stdout } = setup('--help')
    expect(status).toBe(0)
    expect(stdout).toContain('downloaded')
    expect(stdout).toContain('FOLDER')
  })

  it('names what a folder lacks, or where CUDA is of use', () => {
    const { status, stderr } = setup(folder)
    expect(status).toBe(1)
    if (process.platform !== 'linux' || process.arch !== 'x64') return expect(stderr).toContain('Linux x64')
    expect(stderr).toContain(`libonnxruntime_providers_cuda.so is not in ${folder}`)
    expect(setup('not-there').stderr).toContain('is not a folder')
  })
})
