import { hasApt, installPackages, mayInstall } from './apt-packages.mjs'
import { findProgram } from './system-libraries.mjs'

// Programs that the corpus tests hold header facts against, and the Debian packages that bring them.
const packageByProgram = new Map([
  ['dcmdump', 'dcmtk'],
  ['dciodvfy', 'dicom3tools']
])

/**
 * Installs the programs where packages come from apt and this process may; elsewhere their tests are skipped.
 * @returns {Promise<string | null>} why some are missing, in one line; null where all are there
 */
export async function ensureDicomTools({ say = console.log } = {}) {
  const missing = [...packageByProgram].filter(([program]) => findProgram(program) === undefined)
  if (missing.length === 0) return null
  const packages = missing.map(([, name]) => name)
  const remark = `without ${missing.map(([program]) => program).join(' and ')}`
  if (!hasApt()) return `${remark}, for which this system has no apt package`
  if (!mayInstall()) return `${remark}; install with: sudo apt-get install -y ${packages.join(' ')}`
  say(`Installing programs to compare with: ${packages.join(' ')}`)
  try {
    await installPackages(packages)
    return null
  } catch (error) {
    return `${remark}: ${error.message}`
  }
}
