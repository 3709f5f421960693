import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { cacheFolder } from './cache-folder.mjs'
import { ensureFallback, fallbackFits, fallbackVersion } from './fallback-runtime.mjs'
import { holdLock } from './hold-lock.mjs'
import { lastLine, runCommand } from './run-command.mjs'

const repositoryRoot = resolve(dirname(fileURLToPath(import.meta.url)), '..')
const packageFolder = join(repositoryRoot, 'node_modules', 'electron')
const dayMs = 24 * 60 * 60_000
// Where another runtime can step in, a host that keeps us waiting is given up soon.
const limitWithFallbackMs = 90_000
const limitWithoutFallbackMs = 15 * 60_000

/** What Electron's installer put in place, as its own installer checks it; undefined when it is not there. */
function installedElectron() {
  try {
    const { version } = JSON.parse(readFileSync(join(packageFolder, 'package.json'), 'utf8'))
    const unpacked = readFileSync(join(packageFolder, 'dist', 'version'), 'utf8')
      .trim()
      .replace(/^v/, '')
    const executablePath = join(packageFolder, 'dist', readFileSync(join(packageFolder, 'path.txt'), 'utf8'))
    return unpacked === version && existsSync(executablePath) ? { executablePath, version } : undefined
  } catch {
    return undefined
  }
}

/** Remembers for a day that the installer failed, so that not every start waits for it. */
function refusalNote(cache) {
  const path = join(cache, 'electron-installer-refused.json')
  const source = process.env.ELECTRON_MIRROR ?? process.env.npm_config_electron_mirror ?? 'default'
  return {
    holds: () => {
      try {
        const note = JSON.parse(readFileSync(path, 'utf8'))
        const ageMs = Date.now() - note.at
        return note.source === source && ageMs >= 0 && ageMs < dayMs
      } catch {
        return false
      }
    },
    write: (reason) => writeFileSync(path, JSON.stringify({ at: Date.now(), source, reason })),
    clear: () => rmSync(path, { force: true })
  }
}

async function tryInstaller(say) {
  const installer = join(packageFolder, 'install.js')
  if (!existsSync(installer)) throw new Error('node_modules/electron is missing: run npm ci first')
  say("Running Electron's own installer ...")
  const limitMs = fallbackFits() ? limitWithFallbackMs : limitWithoutFallbackMs
  const { output, timedOut } = await runCommand(process.execPath, [installer], { limitMs })
  if (installedElectron() !== undefined) return undefined
  if (timedOut) return `no success within ${limitMs / 1000} s`
  return (
    output
      .split('\n')
      .find((line) => /error|failed/i.test(line))
      ?.trim() ?? lastLine(output)
  )
}

async function versionOf(executablePath) {
  const env = { ...process.env, ELECTRON_RUN_AS_NODE: '1' }
  const { code, output } = await runCommand(executablePath, ['-p', 'process.versions.electron'], { env })
  return code === 0 ? lastLine(output) : 'of unknown version'
}

/**
 * Finds or fetches the Electron that runs Nidus. In this order: the executable named by NIDUS_ELECTRON; the one
 * Electron's own installer puts into node_modules; on 64-bit Linux where that installer fails, the fallback runtime.
 *
 * @param {(line: string) => void} [say] receives progress lines
 * @returns {Promise<{ executablePath: string, version: string, source: 'override' | 'installer' | 'fallback',
 *   line: string }>} `line` tells a person in one sentence which Electron runs
 * @throws {Error} one line that says what to do when no Electron can be had
 */
export async function ensureElectron(say = console.log) {
  const override = process.env.NIDUS_ELECTRON
  if (override !== undefined && override !== '') {
    const executablePath = resolve(process.env.INIT_CWD ?? process.cwd(), override)
    if (!existsSync(executablePath))
      throw new Error(`NIDUS_ELECTRON names ${executablePath}, which does not exist`)
    const version = await versionOf(executablePath)
    return {
      executablePath,
      version,
      source: 'override',
      line: `Electron ${version} (named by NIDUS_ELECTRON)`
    }
  }

  const cache = cacheFolder()
  const note = refusalNote(cache)
  let reason
  if (installedElectron() === undefined && !(note.holds() && fallbackFits())) {
    // Another process may have tried while this one waited for the lock.
    const refused = () => note.holds() && fallbackFits()
    reason = await holdLock(join(cache, 'electron-installer.lock'), async () => {
      if (installedElectron() !== undefined || refused()) return undefined
      const failure = await tryInstaller(say)
      if (failure === undefined) note.clear()
      else note.write(failure)
      return failure
    })
  }
  const installed = installedElectron()
  if (installed !== undefined) {
    return {
      ...installed,
      source: 'installer',
      line: `Electron ${installed.version} (Electron's own installer)`
    }
  }
  if (!fallbackFits()) {
    throw new Error(
      `Electron's own installer failed (${reason}) and the fallback runtime is for 64-bit Linux only. ` +
        'Set ELECTRON_MIRROR to a reachable mirror, or NIDUS_ELECTRON to an Electron executable.'
    )
  }
  const executablePath = await ensureFallback(cache, say)
  return {
    executablePath,
    version: fallbackVersion,
    source: 'fallback',
    line: `Electron ${fallbackVersion} (fallback runtime; Electron's own installer could not reach its host)`
  }
}
