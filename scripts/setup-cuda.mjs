// Adds the CUDA files of ONNX Runtime to node_modules, for Linux x64 machines with an NVIDIA GPU.
//   npm run setup:cuda               downloads them with onnxruntime-node's own installer (NuGet, some 300 MB)
//   npm run setup:cuda -- FOLDER     copies them from a folder carried in by hand
import { execFileSync, spawnSync } from 'node:child_process'
import { copyFileSync, existsSync, readdirSync, readFileSync, renameSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..')
const runtime = resolve(dirname(createRequire(join(root, 'package.json')).resolve('onnxruntime-node')), '..')
const { version } = JSON.parse(readFileSync(join(runtime, 'package.json'), 'utf8'))
const target = join(runtime, 'bin', 'napi-v6', 'linux', 'x64')
const providerFiles = ['libonnxruntime_providers_cuda.so', 'libonnxruntime_providers_shared.so']
/** What the CUDA provider links to and does not bring along. */
const systemLibraries = [
  'libcudart.so.12',
  'libcublas.so.12',
  'libcublasLt.so.12',
  'libcufft.so.11',
  'libcurand.so.10',
  'libcudnn.so.9'
]

const help = `Usage: npm run setup:cuda [-- FOLDER]

Adds the CUDA 12 files of ONNX Runtime ${version} (${providerFiles.join(', ')}),
so that Nidus can use an NVIDIA GPU on Linux x64. Without FOLDER they are
downloaded; for a machine without internet, unpack the NuGet package
Microsoft.ML.OnnxRuntime.Gpu.Linux ${version} elsewhere and name its folder here.
The NVIDIA driver, CUDA 12 and cuDNN 9 have to be installed already.
`

function fail(message) {
  console.error(`setup:cuda: ${message}`)
  process.exit(1)
}

/** Copies the files from a folder, wherever below it they lie; each appears whole or not at all. */
function copyFrom(folder) {
  if (!existsSync(folder) || !statSync(folder).isDirectory()) fail(`${folder} is not a folder`)
  const below = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  const places = providerFiles.map((file) => {
    const found = below.find((path) => path === file || path.endsWith(`/${file}`))
    if (!found) fail(`${file} is not in ${folder} or below it`)
    return [file, found]
  })
  for (const [file, found] of places) {
    copyFileSync(join(folder, found), join(target, `${file}.part`))
    renameSync(join(target, `${file}.part`), join(target, file))
  }
}

/**
 * The installer of onnxruntime-node. Its environment variable wins over the project's .npmrc, which says 'skip'.
 * 'true' stands for all that the platform has, which on Linux x64 is CUDA 12; its documented value 'cuda12' does
 * nothing in 1.30.
 */
function download() {
  const done = spawnSync(process.execPath, [join(runtime, 'script', 'install.js')], {
    env: { ...process.env, ONNXRUNTIME_NODE_INSTALL: 'true' },
    encoding: 'utf8',
    stdio: ['ignore', 'inherit', 'pipe']
  })
  if (done.status === 0 && providerFiles.every((file) => existsSync(join(target, file)))) return
  const reason = /(Error: .*|E[A-Z]{4,}.*)/.exec(done.stderr ?? '')?.[1] ?? `exit code ${done.status}`
  fail(
    `the download did not work (${reason}).\n` +
      `Without internet: unpack the NuGet package Microsoft.ML.OnnxRuntime.Gpu.Linux ${version} on another machine,\n` +
      `carry its folder here and run: npm run setup:cuda -- FOLDER`
  )
}

function missingLibraries() {
  try {
    const known = execFileSync('/sbin/ldconfig', ['-p'], { encoding: 'utf8' })
    const folders = (process.env.LD_LIBRARY_PATH ?? '').split(':').filter(Boolean)
    return systemLibraries.filter(
      (library) =>
        !known.includes(`${library} `) && !folders.some((folder) => existsSync(join(folder, library)))
    )
  } catch {
    return []
  }
}

/** Whether ONNX Runtime can load the provider, tried in a process of its own. */
function tryProvider() {
  const model = join(root, 'test', 'fixtures', 'models', 'tiny-vae', 'model.onnx')
  const code = `require(${JSON.stringify(runtime)}).InferenceSession
    .create(${JSON.stringify(model)}, { executionProviders: ['cuda'] })
    .then(() => process.exit(0), (error) => { console.log(String(error.message).split('\\n')[0]); process.exit(1) })`
  const tried = spawnSync(process.execPath, ['-e', code], { encoding: 'utf8', timeout: 120_000 })
  if (tried.status === 0) return null
  return tried.stdout?.trim() || `the trial ended with ${tried.signal ?? `exit code ${tried.status}`}`
}

const argument = process.argv[2]
if (argument === '--help' || argument === '-h') {
  console.log(help)
  process.exit(0)
}
if (process.platform !== 'linux' || process.arch !== 'x64') {
  fail(
    `CUDA is for Linux x64; this is ${process.platform} ${process.arch} (Windows uses DirectML, macOS CoreML)`
  )
}
if (argument) copyFrom(resolve(process.env.INIT_CWD ?? '.', argument))
else download()
console.log(`CUDA files of ONNX Runtime ${version} are in place.`)

const missing = missingLibraries()
if (missing.length > 0)
  console.log(`Not found on this system: ${missing.join(', ')}. Install CUDA 12 and cuDNN 9.`)
const reason = tryProvider()
if (reason) fail(`the files are there, but CUDA does not start: ${reason}\nNidus keeps running on the CPU.`)
console.log('CUDA starts. Nidus compares it with the CPU before every use.')
