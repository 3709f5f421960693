import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

// node scripts/build-openjpeg/build.mjs: compiles OpenJPEG to resources/openjpeg/openjpeg.wasm.
// Wants python3 with venv and pip, and tar. The builds of OpenJPEG that npm offers are without SIMD, refuse codestreams
// that are cut, and drop half of the bits of colour deeper than 8: hence one of the same library's sources.
const here = dirname(fileURLToPath(import.meta.url))
const target = resolve(here, '..', '..', 'resources/openjpeg/openjpeg.wasm')

/** Zig for its C compiler; the source distribution holds OpenJPEG 2.5.4 (commit 6c4a29b0) as it is. */
const compiler = 'ziglang==0.17.1'
const sources = {
  package: 'pylibjpeg-openjpeg==2.6.0',
  sha256: 'ee6630c860263f34088c60b98bb343b1649b78d1299fe9a5c7ef60b88c6626ff',
  folder: 'lib/openjpeg/src/lib/openjp2'
}
const units =
  'bio cio dwt event function_list ht_dec image invert j2k jp2 mct mqc openjpeg pi sparse_array t1 t2 tcd tgt'

/** What the module is to be, to the bit. */
const wanted = 'bfdc8c4fe50bacf4ce3b632f7c8f9a6674524897d51d9c6f379429b7370f6170'

const sha256Of = (path) => createHash('sha256').update(readFileSync(path)).digest('hex')
const run = (program, ...argv) => execFileSync(program, argv, { stdio: 'inherit' })

/**
 * With several threads, OpenJPEG 2.5.4 takes a code block of HTJ2K of which nothing is there for a damaged one, where
 * t1.c, for the other code blocks, sees to it that there is something to copy.
 */
function mend(path) {
  const source = readFileSync(path, 'utf8')
  const condition = 'cblk->numchunks > 1 || t1->mustuse_cblkdatabuffer'
  if (source.split(condition).length !== 2) throw new Error(`${path} is not as it was`)
  const mended = 'cblk->numchunks > 1 || (t1->mustuse_cblkdatabuffer && cblk->numchunks > 0)'
  writeFileSync(path, source.replace(condition, mended))
}

const work = mkdtempSync(join(tmpdir(), 'nidus-openjpeg-'))
try {
  run('python3', '-m', 'venv', join(work, 'venv'))
  const python = join(work, 'venv/bin/python')
  run(python, '-m', 'pip', 'install', '--quiet', compiler, 'poetry-core==1.9.1')
  const requirements = join(work, 'requirements.txt')
  writeFileSync(requirements, `${sources.package} --hash=sha256:${sources.sha256}\n`)
  const packed = join(work, 'packed')
  const download = [
    '-m',
    'pip',
    'download',
    '--quiet',
    '--no-deps',
    '--no-binary',
    ':all:',
    '--no-build-isolation'
  ]
  run(python, ...download, '--require-hashes', '--dest', packed, '-r', requirements)
  run('tar', '-xzf', join(packed, readdirSync(packed)[0]), '-C', work, '--strip-components=1')
  const folder = join(work, sources.folder)
  mend(join(folder, 'ht_dec.c'))
  const built = join(work, 'openjpeg.wasm')
  const options = [
    ...['-target', 'wasm32-wasi', '-mexec-model=reactor', '-O3', '-DNDEBUG', '-s', '-o', built],
    ...['-msimd128', '-D__SSE__', '-D__SSE2__', '-w'],
    // several instances, each on a thread of its own with its own stack, share a memory
    ...[
      '-matomics',
      '-mbulk-memory',
      '-Wl,--shared-memory',
      '-Wl,--import-memory',
      '-Wl,--initial-memory=4194304'
    ],
    ...['__stack_pointer', '__wasm_init_tls', '__tls_size'].map((name) => `-Wl,--export=${name}`),
    // a damaged file may ask for any amount
    ...['-Wl,--max-memory=2147483648', '-Wl,-z,stack-size=1048576'],
    ...['-I', here, '-I', folder]
  ]
  const own = ['decode-j2k.c', 'locked-malloc.c', 'threads.c'].map((name) => join(here, name))
  const files = [...own, ...units.split(' ').map((unit) => join(folder, `${unit}.c`))]
  run(python, '-m', 'ziglang', 'cc', ...options, ...files)
  const got = sha256Of(built)
  if (got !== wanted) throw new Error(`built a module of SHA-256 ${got}; ${wanted} was expected`)
  copyFileSync(built, target)
  console.log(`${target}: SHA-256 ${got}, as expected`)
} finally {
  rmSync(work, { recursive: true, force: true })
}
