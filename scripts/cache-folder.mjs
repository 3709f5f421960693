import { accessSync, constants, mkdirSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { isAbsolute, join } from 'node:path'

/**
 * Folder outside the repository for what is fetched once and used by every checkout:
 * `$XDG_CACHE_HOME/nidus`, else `~/.cache/nidus`, else a folder of the system's temporary directory.
 * @returns {string} absolute path of an existing, writable folder
 */
export function cacheFolder() {
  const named = process.env.XDG_CACHE_HOME
  const candidates = [
    named !== undefined && isAbsolute(named) ? join(named, 'nidus') : join(homedir(), '.cache', 'nidus'),
    join(tmpdir(), `nidus-cache-${process.getuid?.() ?? 'user'}`)
  ]
  for (const candidate of candidates) {
    try {
      mkdirSync(candidate, { recursive: true, mode: 0o700 })
      accessSync(candidate, constants.W_OK)
      return candidate
    } catch {
      // A read-only home: try the next place.
    }
  }
  throw new Error(`No writable cache folder; tried ${candidates.join(' and ')}. Set XDG_CACHE_HOME.`)
}
