import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
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

/**
 * A project of its own with a stand-in for onnxruntime-node, so that nothing real is touched: its session starts, on
 * `cuda` alone, where both files lie beside it, or fails with a reason.
 */
function makeProject(reason: string | null): { script: string; target: string } {
  const root = temporaryFolder()
  const runtime = join(root, 'node_modules', 'onnxruntime-node')
  const target = join(runtime, 'bin', 'napi-v6', 'linux', 'x64')
  mkdirSync(target, { recursive: true })
  mkdirSync(join(runtime, 'dist'))
  mkdirSync(join(root, 'scripts'))
  writeFileSync(join(root, 'package.json'), '{}')
  writeFileSync(join(runtime, 'package.json'), JSON.stringify({ version: '9.9.9', main: 'dist/index.js' }))
  writeFileSync(
    join(runtime, 'dist', 'index.js'),
    `exports.InferenceSession = { create: async (model, { executionProviders: [provider] }) => {
      require('node:fs').readFileSync(${JSON.stringify(join(target, 'libonnxruntime_providers_cuda.so'))})
      if (provider !== 'cuda') throw new Error('wrong provider')
      if (${JSON.stringify(reason)}) throw new Error(${JSON.stringify(reason)})
    } }`
  )
  const copied = join(root, 'scripts', 'setup-cuda.mjs')
  copyFileSync(script, copied)
  return { script: copied, target }
}

/** The unpacked package, as NuGet lays it out. */
function makePackage(): string {
  const unpacked = temporaryFolder()
  const native = join(unpacked, 'Microsoft.ML.OnnxRuntime.Gpu.Linux.9.9.9', 'runtimes', 'linux-x64', 'native')
  mkdirSync(native, { recursive: true })
  for (const part of ['cuda', 'shared']) {
    writeFileSync(join(native, `libonnxruntime_providers_${part}.so`), `the ${part} file`)
  }
  writeFileSync(join(native, 'libonnxruntime.so'), 'not wanted')
  return unpacked
}

describe.skipIf(process.platform !== 'linux' || process.arch !== 'x64')('a folder carried in by hand', () => {
  it('is searched for the two files, which are put in their place whole, and tried', () => {
    const project = makeProject(null)
    const { status, stdout } = spawnSync(process.execPath, [project.script, makePackage()], {
      encoding: 'utf8'
    })
    expect(status).toBe(0)
    expect(stdout).toContain('CUDA files of ONNX Runtime 9.9.9 are in place.')
    expect(stdout).toContain('CUDA starts.')
    expect(readdirSync(project.target).sort()).toEqual([
      'libonnxruntime_providers_cuda.so',
      'libonnxruntime_providers_shared.so'
    ])
    const copied = readFileSync(join(project.target, 'libonnxruntime_providers_cuda.so'), 'utf8')
    expect(copied).toBe('the cuda file')
  })

  it('says why CUDA does not start with them, and that Nidus goes on', () => {
    const project = makeProject('libcudnn.so.9: cannot open shared object file')
    const { status, stderr } = spawnSync(process.execPath, [project.script, makePackage()], {
      encoding: 'utf8'
    })
    expect(status).toBe(1)
    expect(stderr).toContain('CUDA does not start: libcudnn.so.9: cannot open shared object file')
    expect(stderr).toContain('Nidus keeps running on the CPU.')
  })

  it('leaves nothing behind where one file is missing', () => {
    const project = makeProject(null)
    const unpacked = temporaryFolder()
    writeFileSync(join(unpacked, 'libonnxruntime_providers_cuda.so'), 'alone')
    const { status, stderr } = spawnSync(process.execPath, [project.script, unpacked], { encoding: 'utf8' })
    expect(status).toBe(1)
    expect(stderr).toContain('libonnxruntime_providers_shared.so is not in')
    expect(readdirSync(project.target)).toEqual([])
  })
})
