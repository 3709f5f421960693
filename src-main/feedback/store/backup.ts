import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync
} from 'node:fs'
import { basename, join } from 'node:path'
import { NidusError } from '../../contract/errors'
import { readChainHead, type ChainHead } from './audit-chain'
import { fileStamp } from './file-stamp'
import { checkIntegrity, openDatabase, type Database } from './open-database'

/** A dated copy of the database. */
export interface Backup {
  path: string
  /** `2026-11-22T19-30-00-000Z` */
  stamp: string
}

const pattern = /^feedback-(\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d-\d{3}Z)\.db$/

/** Backups in a folder, newest first; files of other names are left alone. */
export function listBackups(folder: string): Backup[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder)
    .map((name) => ({ name, stamp: pattern.exec(name)?.[1] }))
    .filter((found): found is { name: string; stamp: string } => found.stamp !== undefined)
    .map(({ name, stamp }) => ({ path: join(folder, name), stamp }))
    .sort((a, b) => (a.stamp < b.stamp ? 1 : -1))
}

/** Instant of a backup. */
export function backupTime(backup: Backup): Date {
  return new Date(backup.stamp.replace(/T(\d\d)-(\d\d)-(\d\d)-(\d{3})Z$/, 'T$1:$2:$3.$4Z'))
}

/**
 * Writes a dated copy with VACUUM INTO (one snapshot, also while another process writes), lets SQLite check the
 * copy, and only then gives it its name. Removes the oldest copies beyond `keep`.
 * @throws NidusError `output-unwritable`
 */
export function writeBackup(database: Database, folder: string, now: Date, keep: number): Backup {
  const stamp = fileStamp(now)
  const path = join(folder, `feedback-${stamp}.db`)
  const temporary = join(folder, `unfinished-${stamp}-${process.pid}.db`)
  try {
    mkdirSync(folder, { recursive: true })
    database.run('VACUUM INTO ?', [temporary])
    checkCopy(temporary)
    const file = openSync(temporary, 'r+')
    fsyncSync(file)
    closeSync(file)
    renameSync(temporary, path)
  } catch (thrown) {
    removeDatabaseFiles(temporary)
    const reason = thrown instanceof Error ? thrown.message : String(thrown)
    throw new NidusError('output-unwritable', { path: basename(path), reason }, { cause: thrown })
  }
  for (const old of listBackups(folder).slice(Math.max(1, keep))) {
    try {
      removeDatabaseFiles(old.path)
    } catch {
      // still open elsewhere: it goes with the next backup
      continue
    }
  }
  return { path, stamp }
}

/** Checks a copy without leaving a handle on it, so that it can be renamed on Windows too. */
function checkCopy(path: string): void {
  const copy = openDatabase(path, { readOnly: true })
  try {
    checkIntegrity(copy)
  } finally {
    copy.close()
  }
}

/**
 * Checks that a copy is whole.
 * @returns the end of its audit chain
 * @throws NidusError `feedback-corrupt`
 */
export function inspectBackup(path: string): ChainHead {
  const copy = openDatabase(path, { readOnly: true })
  try {
    checkIntegrity(copy)
    return readChainHead(copy)
  } finally {
    copy.close()
  }
}

/** Removes a database with its log and shared-memory files. */
export function removeDatabaseFiles(path: string): void {
  for (const suffix of ['', '-wal', '-shm', '-journal']) rmSync(path + suffix, { force: true })
}
