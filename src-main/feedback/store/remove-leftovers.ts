import { readdirSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'

const leftover = /\.\d+\.tmp$|^unfinished-.*\.db(-journal|-wal|-shm)?$/

/**
 * Removes what killed processes left half-written in the store's folders: files that were not yet renamed to what
 * they were to become. Younger than an hour, they may still belong to somebody.
 */
export function removeLeftovers(folders: readonly string[], now: Date): void {
  for (const folder of folders) {
    const names = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isFile())
    for (const { name } of names.filter((entry) => leftover.test(entry.name))) {
      const path = join(folder, name)
      const modifiedMs = statSync(path, { throwIfNoEntry: false })?.mtimeMs
      if (modifiedMs !== undefined && now.getTime() - modifiedMs > 3_600_000) rmSync(path, { force: true })
    }
  }
}
