import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

// node scripts/build-openjpeg/build.mjs: compiles OpenJPEG to src-main/image/dicom/openjpeg.wasm.
// Wants git, and Zig 0.17.1 for its C compiler: ZIG="python -m ziglang" where it came with pip. OPENJPEG and EMSCRIPTEN
// may name clones that are there already. The builds of OpenJPEG in the registry are without SIMD, refuse codestreams
// that are cut, and drop half of the bits of colour deeper than 8: hence one of our own, of the same sources.
const here = dirname(fileURLToPath(import.meta.url))
const root = resolve(here, '..', '..')
const zig = (process.env.ZIG ?? 'zig').split(' ')

const openjpeg = {
  source: process.env.OPENJPEG ?? 'https://github.com/uclouvain/openjpeg.git',
  tag: 'v2.5.4',
  commit: '6c4a29b00211eb0430fa0e5e890f1ce5c80f409f',
  folder: 'src/lib/openjp2',
  wanted: /\.[ch]$/
}
// its headers map the SSE2 that OpenJPEG's wavelets are written in to WebAssembly SIMD
const emscripten = {
  source: process.env.EMSCRIPTEN ?? 'https://github.com/emscripten-core/emscripten.git',
  tag: '6.0.8',
  commit: 'aeb67926e7de656da38bc807d83050af93578758',
  folder: 'system/include/compat',
  wanted: /\/[ex]mmintrin\.h$/
}
const units =
  'bio cio dwt event function_list ht_dec image invert j2k jp2 mct mqc openjpeg opj_malloc pi sparse_array t1 t2 tcd tgt thread'

/** Unpacks what is wanted of a repository's folder as it is at a commit, from a clone or from where clones come from. */
function unpack(work, { source, tag, commit, folder, wanted }) {
  let clone = source
  if (!existsSync(source)) {
    clone = join(work, `${tag}.git`)
    execFileSync('git', ['clone', '-q', '--bare', '--depth', '1', '--branch', tag, source, clone])
  }
  const git = (...argv) => execFileSync('git', ['-C', clone, ...argv], { maxBuffer: 2 ** 26 })
  const target = join(work, tag)
  mkdirSync(target)
  const paths = git('ls-tree', '--name-only', commit, `${folder}/`).toString().split('\n')
  for (const path of paths.filter((each) => wanted.test(each))) {
    writeFileSync(join(target, basename(path)), git('show', `${commit}:${path}`))
  }
  return target
}

const work = mkdtempSync(join(tmpdir(), 'nidus-openjpeg-'))
try {
  const sources = unpack(work, openjpeg)
  const headers = unpack(work, emscripten)
  const target = join(root, 'src-main/image/dicom/openjpeg.wasm')
  const options = [
    ...['-target', 'wasm32-wasi', '-mexec-model=reactor', '-O3', '-DNDEBUG', '-s', '-o', target],
    ...['-msimd128', '-D__SSE__', '-D__SSE2__', '-w'],
    // a damaged file may ask for any amount
    ...['-Wl,--max-memory=1073741824', '-Wl,-z,stack-size=1048576'],
    ...[here, sources, headers].map((folder) => `-I${folder}`)
  ]
  const files = [join(here, 'decode-j2k.c'), ...units.split(' ').map((unit) => join(sources, `${unit}.c`))]
  execFileSync(zig[0], [...zig.slice(1), 'cc', ...options, ...files], { stdio: 'inherit' })
  console.log(`${target}: ${statSync(target).size} bytes`)
} finally {
  rmSync(work, { recursive: true, force: true })
}
