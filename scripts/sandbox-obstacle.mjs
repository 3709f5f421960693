import { readFileSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'

const readSetting = (path) => {
  try {
    return readFileSync(path, 'utf8').trim()
  } catch {
    return undefined
  }
}

/**
 * Chromium's sandbox needs unprivileged user namespaces or a root-owned helper. Some distributions forbid the
 * first (Ubuntu 24.04 by AppArmor, older Debian by a setting).
 * @param {string} executablePath Electron's executable
 * @returns {string | undefined} one line with the command that repairs it, or undefined where nothing is in the way
 */
export function describeSandboxObstacle(executablePath) {
  if (process.platform !== 'linux') return undefined
  const forbidden =
    readSetting('/proc/sys/kernel/apparmor_restrict_unprivileged_userns') === '1' ||
    readSetting('/proc/sys/kernel/unprivileged_userns_clone') === '0' ||
    readSetting('/proc/sys/user/max_user_namespaces') === '0'
  if (!forbidden) return undefined
  const helper = join(dirname(executablePath), 'chrome-sandbox')
  try {
    const { uid, mode } = statSync(helper)
    if (uid === 0 && (mode & 0o4755) === 0o4755) return undefined
  } catch {
    return undefined
  }
  return `This system forbids unprivileged user namespaces; Chromium's sandbox then needs its helper: sudo chown root:root ${helper} && sudo chmod 4755 ${helper}`
}
