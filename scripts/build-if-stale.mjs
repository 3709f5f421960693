import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { holdLock } from './hold-lock.mjs'
import { runCommand } from './run-command.mjs'

const repositoryRoot = resolve(dirname(fileURLToPath(import.meta.url)), '..')
const stampPath = join(repositoryRoot, 'out', '.build-stamp')
const sourceFolders = ['src-main', 'src-renderer']
const sourceFiles = ['electron.vite.config.ts', 'package-lock.json', 'tsconfig.json']
const products = ['out/main/index.js', 'out/main/cli.js', 'out/preload/index.js', 'out/renderer/index.html']

function filesUnder(folder) {
  return readdirSync(folder, { withFileTypes: true })
    .sort((one, other) => (one.name < other.name ? -1 : 1))
    .flatMap((entry) => {
      const path = join(folder, entry.name)
      return entry.isDirectory() ? filesUnder(path) : [path]
    })
}

function hashSources() {
  const hash = createHash('sha256')
  const paths = [
    ...sourceFolders.flatMap((folder) => filesUnder(join(repositoryRoot, folder))),
    ...sourceFiles.map((file) => join(repositoryRoot, file))
  ]
  for (const path of paths) {
    const content = readFileSync(path)
    hash.update(`${path.slice(repositoryRoot.length)}\0${content.length}\0`).update(content)
  }
  return hash.digest('hex')
}

function isFresh(sources) {
  try {
    return (
      readFileSync(stampPath, 'utf8') === sources &&
      products.every((product) => existsSync(join(repositoryRoot, product)))
    )
  } catch {
    return false
  }
}

/**
 * Builds out/ when it is missing or its sources changed since the last build.
 * @param {(line: string) => void} [say]
 * @returns {Promise<{ built: boolean }>}
 * @throws {Error} with the build's output when it fails
 */
export async function buildIfStale(say = console.log) {
  if (isFresh(hashSources())) return { built: false }
  mkdirSync(join(repositoryRoot, 'out'), { recursive: true })
  return holdLock(join(repositoryRoot, 'out', '.build-lock'), async () => {
    // Taken before the build, so that an edit during it counts as newer.
    const sources = hashSources()
    if (isFresh(sources)) return { built: false }
    say('Building Nidus ...')
    rmSync(stampPath, { force: true })
    const builder = join(repositoryRoot, 'node_modules', 'electron-vite', 'bin', 'electron-vite.js')
    const { code, output } = await runCommand(process.execPath, [builder, 'build'], { cwd: repositoryRoot })
    if (code !== 0) throw new Error(`The build failed:\n${output}`)
    const absent = products.filter((product) => !existsSync(join(repositoryRoot, product)))
    if (absent.length > 0) throw new Error(`The build left out ${absent.join(', ')}:\n${output}`)
    writeFileSync(stampPath, sources)
    return { built: true }
  })
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    const { built } = await buildIfStale()
    if (!built) console.log('out/ is up to date')
  } catch (error) {
    console.error(error.message)
    process.exitCode = 1
  }
}
