import { existsSync, renameSync } from 'node:fs'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { NidusError } from '../../contract/errors'

/**
 * Statements of the driver hold the file open until they are collected as garbage; Windows then refuses to rename
 * it. So garbage is collected by force, and the event loop turned once for the finalisers.
 */
async function releaseHandles(): Promise<void> {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  collect()
  await new Promise((resolve) => setTimeout(resolve, 50))
}

/**
 * Renames a closed database with its log and shared-memory files.
 * @returns the new path of the database
 * @throws NidusError `output-unwritable` when another program keeps the file open
 */
export async function moveAside(path: string, newPath: string): Promise<string> {
  for (const suffix of ['', '-wal', '-shm']) {
    if (!existsSync(path + suffix)) continue
    for (let attempt = 1; ; attempt += 1) {
      try {
        renameSync(path + suffix, newPath + suffix)
        break
      } catch (thrown) {
        const reason = thrown instanceof Error ? thrown.message : String(thrown)
        if (attempt === 5) throw new NidusError('output-unwritable', { path, reason }, { cause: thrown })
        await releaseHandles()
      }
    }
  }
  return newPath
}
