import { existsSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { hasApt, installPackages, mayInstall, pickPackageNames } from './apt-packages.mjs'
import { runCommand } from './run-command.mjs'

// Shared libraries that Electron loads, and the Debian packages that bring them, the newest name first.
const packagesByLibrary = new Map([
  ['libgtk-3.so.0', ['libgtk-3-0t64', 'libgtk-3-0']],
  ['libgdk-3.so.0', ['libgtk-3-0t64', 'libgtk-3-0']],
  ['libgdk_pixbuf-2.0.so.0', ['libgdk-pixbuf-2.0-0']],
  ['libnss3.so', ['libnss3']],
  ['libnssutil3.so', ['libnss3']],
  ['libsmime3.so', ['libnss3']],
  ['libnspr4.so', ['libnspr4']],
  ['libplc4.so', ['libnspr4']],
  ['libplds4.so', ['libnspr4']],
  ['libasound.so.2', ['libasound2t64', 'libasound2']],
  ['libgbm.so.1', ['libgbm1']],
  ['libdrm.so.2', ['libdrm2']],
  ['libatk-1.0.so.0', ['libatk1.0-0t64', 'libatk1.0-0']],
  ['libatk-bridge-2.0.so.0', ['libatk-bridge2.0-0t64', 'libatk-bridge2.0-0']],
  ['libatspi.so.0', ['libatspi2.0-0t64', 'libatspi2.0-0']],
  ['libcups.so.2', ['libcups2t64', 'libcups2']],
  ['libglib-2.0.so.0', ['libglib2.0-0t64', 'libglib2.0-0']],
  ['libgobject-2.0.so.0', ['libglib2.0-0t64', 'libglib2.0-0']],
  ['libgio-2.0.so.0', ['libglib2.0-0t64', 'libglib2.0-0']],
  ['libdbus-1.so.3', ['libdbus-1-3']],
  ['libexpat.so.1', ['libexpat1']],
  ['libpango-1.0.so.0', ['libpango-1.0-0']],
  ['libcairo.so.2', ['libcairo2']],
  ['libX11.so.6', ['libx11-6']],
  ['libxcb.so.1', ['libxcb1']],
  ['libXcomposite.so.1', ['libxcomposite1']],
  ['libXdamage.so.1', ['libxdamage1']],
  ['libXext.so.6', ['libxext6']],
  ['libXfixes.so.3', ['libxfixes3']],
  ['libXrandr.so.2', ['libxrandr2']],
  ['libxkbcommon.so.0', ['libxkbcommon0']],
  ['libudev.so.1', ['libudev1']]
])

const xvfbPackage = ['xvfb']

/** Absolute path of a program on the PATH, or undefined. */
export function findProgram(name) {
  return (process.env.PATH ?? '')
    .split(delimiter)
    .map((folder) => join(folder, name))
    .find((path) => existsSync(path))
}

async function missingLibraries(executablePath) {
  // Electron finds the libraries beside it by its run path; ldd does the same.
  const { code, output } = await runCommand('ldd', [executablePath], { cwd: dirname(executablePath) })
  if (code !== 0) return []
  return [...output.matchAll(/^\s*(\S+) => not found/gm)].map((match) => match[1])
}

/**
 * Makes sure on Linux that Electron's shared libraries are there, and Xvfb where no display is. Missing packages
 * are installed when this process is root and packages come from apt.
 *
 * @param {string} executablePath Electron's executable
 * @param {{ needsXvfb: boolean, say?: (line: string) => void }} options
 * @throws {Error} one line with what is missing and the exact command that installs it
 */
export async function ensureSystemLibraries(executablePath, { needsXvfb, say = console.log }) {
  if (process.platform !== 'linux') return
  const missing = await missingLibraries(executablePath)
  const wanted = missing
    .map((library) => packagesByLibrary.get(library))
    .filter((names) => names !== undefined)
  if (needsXvfb && findProgram('Xvfb') === undefined) wanted.push(xvfbPackage)
  const unknown = missing.filter((library) => !packagesByLibrary.has(library))
  if (wanted.length === 0 && unknown.length === 0) return

  const absent = [...missing, ...(wanted.includes(xvfbPackage) ? ['Xvfb'] : [])].join(', ')
  if (!hasApt())
    throw new Error(`Missing on this system: ${absent}. Install them with the system's package manager.`)
  const packages = await pickPackageNames(wanted)
  if (!mayInstall()) {
    throw new Error(
      `Missing on this system: ${absent}. Install with: sudo apt-get install -y ${packages.join(' ')}`
    )
  }
  if (packages.length > 0) {
    say(`Installing missing system packages: ${packages.join(' ')}`)
    await installPackages(packages)
  }
  const still = await missingLibraries(executablePath)
  if (still.length > 0) throw new Error(`Still missing after the installation: ${still.join(', ')}`)
}
