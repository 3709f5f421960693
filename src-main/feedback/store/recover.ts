import { copyFileSync, existsSync, readdirSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { NidusError } from '../../contract/errors'
import type { FeedbackWarning } from '../../contract/feedback'
import { anchorPath, readAnchor, writeAnchor } from './audit-anchor'
import { appendEvent, readChainHead } from './audit-chain'
import { inspectBackup, listBackups, removeDatabaseFiles } from './backup'
import { fileStamp } from './file-stamp'
import { migrate } from './migrate'
import { moveAside } from './move-aside'
import { openDatabase, type Database } from './open-database'
import { salvageEntries } from './salvage-entries'
import { ensureStoreId, readStoreId } from './store-identity'

/** The newest backup that is whole; null when there is none. */
function newestSoundBackup(backupFolder: string): string | null {
  for (const backup of listBackups(backupFolder)) {
    try {
      inspectBackup(backup.path)
      return backup.path
    } catch {
      // a damaged copy is passed over for an older one; which one was taken is in the warning
      continue
    }
  }
  return null
}

/** The damaged file of an earlier recovery that was itself interrupted, if any. */
function newestSetAside(path: string): string | null {
  const prefix = `${basename(path)}.corrupt-`
  const found = readdirSync(dirname(path))
    .filter((name) => name.startsWith(prefix) && name.endsWith('Z'))
    .sort()
  return found.length > 0 ? join(dirname(path), found[found.length - 1]) : null
}

interface Replacement {
  backup: string | null
  /** database to take later entries from */
  damaged: string | null
  /** entries that the anchor knew of, where it was legible */
  entriesBefore: number | null
  reason: string
}

interface Outcome {
  entriesInBackup: number
  entriesSalvaged: number
  entriesLost: number | null
}

/**
 * Builds the replacement beside its place and renames it there when it is complete: being killed in between leaves
 * either no database (recovered again at the next start) or the finished one.
 */
async function putInPlace(path: string, now: Date, replacement: Replacement): Promise<Outcome> {
  const unfinished = `${path}.restoring`
  removeDatabaseFiles(unfinished)
  if (replacement.backup) copyFileSync(replacement.backup, unfinished)
  const database = openDatabase(unfinished)
  const at = now.toISOString()
  let outcome: Outcome
  try {
    if (!replacement.backup) migrate(database)
    const entriesInBackup = readChainHead(database).count
    const entriesSalvaged = replacement.damaged ? salvageEntries(replacement.damaged, database) : 0
    const kept = entriesInBackup + entriesSalvaged
    const entriesLost =
      replacement.entriesBefore === null ? null : Math.max(0, replacement.entriesBefore - kept)
    outcome = { entriesInBackup, entriesSalvaged, entriesLost }
    migrate(database, (step) => void appendEvent(database, at, { event: 'migrated', to: step.version }))
    noteRecovery(database, at, replacement, outcome)
    writeAnchor(path, readStoreId(database), readChainHead(database))
    database.exec('PRAGMA wal_checkpoint(TRUNCATE)')
  } finally {
    database.close()
  }
  await moveAside(unfinished, path)
  return outcome
}

function noteRecovery(database: Database, at: string, replacement: Replacement, outcome: Outcome): void {
  database.transaction(() => {
    ensureStoreId(database, at)
    appendEvent(database, at, {
      event: replacement.backup || outcome.entriesSalvaged > 0 ? 'restored' : 'started-after-loss',
      reason: replacement.reason,
      backup: replacement.backup && basename(replacement.backup),
      ...outcome
    })
  })
}

/** Moves the database out of the way; its anchor is copied, for only the finished replacement may change it. */
async function setAside(path: string, word: 'corrupt' | 'replaced', now: Date): Promise<string | null> {
  if (!existsSync(path)) return null
  const aside = await moveAside(path, `${path}.${word}-${fileStamp(now)}`)
  if (existsSync(anchorPath(path))) copyFileSync(anchorPath(path), anchorPath(aside))
  return aside
}

function entriesKnown(path: string): number | null {
  const anchor = readAnchor(path)
  return anchor && anchor !== 'unreadable' ? anchor.count : null
}

/**
 * Puts a damaged or vanished database right: the file goes aside (nothing is deleted), the newest sound backup
 * takes its place, and all later entries that are still legible in the damaged file are taken over. The event goes
 * into the audit chain, and the warning says how many entries are lost for good.
 * @param path of a database that is closed
 * @param reason what was found wrong
 */
export async function recover(
  path: string,
  backupFolder: string,
  now: Date,
  reason: string
): Promise<FeedbackWarning> {
  const entriesBefore = entriesKnown(path)
  const damaged = (await setAside(path, 'corrupt', now)) ?? newestSetAside(path)
  const backup = newestSoundBackup(backupFolder)
  const outcome = await putInPlace(path, now, { backup, damaged, entriesBefore, reason })
  const restored = backup !== null || outcome.entriesSalvaged > 0
  return {
    code: restored ? 'store-corrupt-restored' : 'store-corrupt-started-empty',
    context: {
      reason,
      folder: dirname(path),
      setAside: damaged && basename(damaged),
      backup: backup && basename(backup),
      ...outcome
    }
  }
}

/**
 * Puts a chosen backup in place of the database, which goes aside under a dated name.
 * @param path of a database that no process has open
 * @throws NidusError `file-not-found`, `feedback-corrupt` when the backup is damaged; the database is untouched then
 */
export async function restoreBackup(
  path: string,
  backup: string,
  now: Date
): Promise<{ setAside: string | null }> {
  if (!existsSync(backup)) throw new NidusError('file-not-found', { path: backup })
  inspectBackup(backup)
  const entriesBefore = entriesKnown(path)
  const aside = await setAside(path, 'replaced', now)
  await putInPlace(path, now, { backup, damaged: null, entriesBefore, reason: 'restored by hand' })
  return { setAside: aside }
}
