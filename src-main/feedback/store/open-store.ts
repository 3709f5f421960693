import { randomUUID } from 'node:crypto'
import { mkdirSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { toNidusError } from '../../contract/errors'
import type { FeedbackWarning } from '../../contract/feedback'
import { readAnchor, writeAnchor } from './audit-anchor'
import { appendEvent, appendRow, chainStart, readChainHead, type AuditedTable } from './audit-chain'
import { backupTime, inspectBackup, listBackups, writeBackup, type Backup } from './backup'
import { migrate, schemaVersionOf } from './migrate'
import { checkIntegrity, openDatabase, type Database, type SqlRow } from './open-database'
import { patientKey, readOrCreateSalt, saltFingerprint } from './patient-key'
import { recover } from './recover'
import { removeLeftovers } from './remove-leftovers'
import { ensureStoreId, readStoreId } from './store-identity'
import { compareAnchor, verifyAudit, type AuditReport } from './verify-audit'
import { schemaVersion } from '../migrations'

export interface StoreOptions {
  /** the database file; the folder holds its anchor, the salt and `backups/` */
  path: string
  now: () => Date
  appVersion: string
  /** dated copies to keep; 14 unless told */
  keepBackups?: number
  /** a copy is due when the newest is older; a day unless told */
  backupEveryMs?: number
}

/** Writes of one transaction. */
export interface Append {
  row(table: AuditedTable, row: SqlRow): void
  event(detail: Record<string, string | number | null>): void
}

/** An open feedback store. Reading and writing are functions of their own that take it. */
export interface FeedbackStore {
  readonly path: string
  readonly database: Database
  readonly appVersion: string
  readonly salt: string
  /** what went wrong and was put right; must be shown to the reader */
  readonly warnings: FeedbackWarning[]
  now(): Date
  /** Runs `work` in one transaction; every row goes into the audit chain, the anchor follows the commit. */
  write<T>(work: (append: Append, recordedAt: string) => T): T
  /** Key that groups a patient's studies; see `patient-key.ts`. */
  patientKey(patientId: string | null, studyInstanceUid: string): string
  verify(): AuditReport
  backup(): Backup
  /** Writes a copy when the newest is old and something was written since; to be called now and then. */
  backupIfDue(): Backup | null
  close(): void
}

/** Opens and checks the file; anything damaged or gone is recovered first. */
async function openSound(
  options: StoreOptions,
  backupFolder: string
): Promise<{ database: Database; warning: FeedbackWarning | null }> {
  const { path } = options
  const anchor = readAnchor(path)
  const sizeOf = (file: string) => statSync(file, { throwIfNoEntry: false })?.size ?? 0
  const empty = sizeOf(path) === 0 && sizeOf(`${path}-wal`) === 0
  const existed =
    listBackups(backupFolder).length > 0 || (anchor && anchor !== 'unreadable' && anchor.count > 0)
  let reason = 'database file missing or empty'
  if (!empty || !existed) {
    let database: Database | null = null
    try {
      database = openDatabase(path)
      checkIntegrity(database)
      return { database, warning: null }
    } catch (thrown) {
      database?.close()
      const error = toNidusError(thrown)
      if (error.code !== 'feedback-corrupt') throw error
      reason = String(error.context.reason)
    }
  }
  const warning = await recover(path, backupFolder, options.now(), reason)
  return { database: openDatabase(path), warning }
}

/**
 * Opens the feedback store: integrity check, recovery from the newest backup where the file is damaged, migrations
 * (after a backup), comparison with the anchor, and a dated backup when one is due.
 * @throws NidusError `feedback-unavailable`, `feedback-newer`, `output-unwritable`
 */
export async function openFeedbackStore(options: StoreOptions): Promise<FeedbackStore> {
  const { path, now } = options
  const folder = dirname(path)
  const backupFolder = join(folder, 'backups')
  const keep = options.keepBackups ?? 14
  mkdirSync(backupFolder, { recursive: true })
  removeLeftovers([folder, backupFolder], now())
  const { database, warning } = await openSound(options, backupFolder)
  const warnings: FeedbackWarning[] = warning ? [warning] : []
  try {
    const salt = prepare(database, warning !== null)
    const store = makeStore(database, salt)
    // after a recovery at once: the copies that are there are behind, or damaged
    if (warning) store.backup()
    else store.backupIfDue()
    return store
  } catch (thrown) {
    database.close()
    throw thrown
  }

  function prepare(open: Database, recovered: boolean): string {
    const before = schemaVersionOf(open)
    if (before > 0 && before < schemaVersion) writeBackup(open, backupFolder, now(), keep)
    const anchor = readAnchor(path)
    const storeId = anchor && anchor !== 'unreadable' && anchor.count === 0 ? anchor.storeId : randomUUID()
    // before the first entry, so that an anchor that is not there has been taken away
    if (before === 0 && anchor === null) writeAnchor(path, storeId, { count: 0, hash: chainStart })
    migrate(
      open,
      (step) => void appendEvent(open, now().toISOString(), { event: 'migrated', to: step.version })
    )
    const salt = readOrCreateSalt(folder)
    open.transaction(() => {
      const head = readChainHead(open)
      const fault = recovered || before === 0 ? null : compareAnchor(open, readAnchor(path), head)
      if (fault) {
        appendEvent(open, now().toISOString(), {
          event: 'audit-fault',
          kind: fault.kind,
          entries: head.count
        })
        warnings.push({ code: 'audit-tampered', context: { kind: fault.kind, entries: head.count } })
      }
      noteIdentity(open, storeId, salt)
    })
    writeAnchor(path, readStoreId(open), readChainHead(open))
    return salt
  }

  function noteIdentity(open: Database, storeId: string, salt: string): void {
    const recorded_at = now().toISOString()
    const facts = open.all('SELECT id FROM store_facts').map((row) => String(row.id))
    ensureStoreId(open, recorded_at, storeId)
    const saltFact = `patient-salt-${saltFingerprint(salt)}`
    if (facts.includes(saltFact)) return
    if (facts.some((id) => id.startsWith('patient-salt-'))) {
      warnings.push({ code: 'patient-salt-replaced', context: { fingerprint: saltFingerprint(salt) } })
    }
    appendRow(open, recorded_at, 'store_facts', { id: saltFact, value: 'in use', recorded_at })
  }

  function makeStore(open: Database, salt: string): FeedbackStore {
    const storeId = readStoreId(open)
    let backedUp: number | null = null
    const store: FeedbackStore = {
      path,
      database: open,
      appVersion: options.appVersion,
      salt,
      warnings,
      now,
      write: (work) => {
        const recordedAt = now().toISOString()
        const result = open.transaction(() =>
          work(
            {
              row: (table, row) => void appendRow(open, recordedAt, table, row),
              event: (detail) => void appendEvent(open, recordedAt, detail)
            },
            recordedAt
          )
        )
        anchorNow()
        return result
      },
      patientKey: (patientId, studyInstanceUid) => patientKey(salt, patientId, studyInstanceUid),
      verify: () => verifyAudit(open, readAnchor(path)),
      backup: () => {
        const { count } = readChainHead(open)
        const backup = writeBackup(open, backupFolder, now(), keep)
        backedUp = count
        return backup
      },
      backupIfDue: () => {
        const newest = listBackups(backupFolder)[0]
        const ageMs = newest ? now().getTime() - backupTime(newest).getTime() : Infinity
        const due = ageMs >= (options.backupEveryMs ?? 86_400_000) || ageMs < 0
        if (!due) return null
        // many starts without a verdict must not push older copies out
        backedUp ??= newest ? entriesOf(newest) : -1
        return readChainHead(open).count === backedUp ? null : store.backup()
      },
      close: () => {
        open.exec('PRAGMA wal_checkpoint(TRUNCATE)')
        open.close()
      }
    }
    return store

    function anchorNow(): void {
      try {
        writeAnchor(path, storeId, readChainHead(open))
      } catch (thrown) {
        // the row is committed; failing the call now would make its caller write it twice
        if (warnings.some((known) => known.code === 'anchor-not-written')) return
        warnings.push({ code: 'anchor-not-written', context: { reason: (thrown as Error).message } })
      }
    }
  }
}

/** Entries in a backup; -1 for a damaged one, so that it is soon followed by a sound one. */
function entriesOf(backup: Backup): number {
  try {
    return inspectBackup(backup.path).count
  } catch {
    return -1
  }
}
