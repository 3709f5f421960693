import { existsSync, readdirSync } from 'node:fs'
import { lastLine, runCommand } from './run-command.mjs'

const aptEnvironment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C' }
const quiet = ['-y', '-qq', '-o', 'Dpkg::Use-Pty=0', '-o', 'DPkg::Lock::Timeout=300']

let listsAreFresh = false

async function refreshLists() {
  if (listsAreFresh) return
  const { code, output } = await runCommand('apt-get', ['update', ...quiet], {
    env: aptEnvironment,
    limitMs: 300_000
  })
  if (code !== 0) throw new Error(`apt-get update failed: ${lastLine(output)}`)
  listsAreFresh = true
}

function hasLists() {
  try {
    return readdirSync('/var/lib/apt/lists').some((name) => name.includes('_Packages'))
  } catch {
    return false
  }
}

async function isRealPackage(name) {
  const { code, output } = await runCommand('apt-cache', ['show', '--no-all-versions', name], {
    env: aptEnvironment
  })
  return code === 0 && output.includes('Package:')
}

/** True where packages come from apt (Debian, Ubuntu and their kin). */
export const hasApt = () => process.platform === 'linux' && existsSync('/usr/bin/apt-get')

/** True where this process may install packages. */
export const mayInstall = () => hasApt() && process.getuid?.() === 0

/**
 * Picks the package name this release knows: Debian 13 and Ubuntu 24.04 renamed many with the suffix t64.
 * @param {string[][]} wanted one list of names each, the newest first
 * @returns {Promise<string[]>} one name each; the last of a list where none is known
 */
export async function pickPackageNames(wanted) {
  if (mayInstall() && !hasLists()) await refreshLists()
  const picked = []
  for (const names of wanted) {
    let name = names.at(-1)
    for (const candidate of names.length > 1 ? names : []) {
      if (await isRealPackage(candidate)) {
        name = candidate
        break
      }
    }
    picked.push(name)
  }
  return [...new Set(picked)]
}

/**
 * Installs Debian packages without asking; refreshes the package lists when the first try fails.
 * @param {string[]} names
 * @throws {Error} with apt's own last line when it fails
 */
export async function installPackages(names) {
  const install = () =>
    runCommand('apt-get', ['install', '--no-install-recommends', ...quiet, ...names], {
      env: aptEnvironment,
      limitMs: 600_000
    })
  if (!hasLists()) await refreshLists()
  let result = await install()
  if (result.code !== 0 && !listsAreFresh) {
    await refreshLists()
    result = await install()
  }
  if (result.code !== 0)
    throw new Error(`apt-get install ${names.join(' ')} failed: ${lastLine(result.output)}`)
}
