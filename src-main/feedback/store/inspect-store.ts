import { existsSync } from 'node:fs'
import { NidusError, toNidusError } from '../../contract/errors'
import { readAnchor } from './audit-anchor'
import { schemaVersionOf } from './migrate'
import { checkIntegrity, openDatabase } from './open-database'
import { verifyAudit, type AuditReport } from './verify-audit'
import { schemaVersion } from '../migrations'

/** State of a database file. `integrity` is what SQLite says of pages and indexes, `audit` what the chain says. */
export interface StoreInspection {
  integrity: 'ok' | string
  schemaVersion: number | null
  audit: AuditReport | null
}

/**
 * Looks at a store without changing it: no migration, no recovery, no backup, no anchor.
 * @param expectedHash head hash noted elsewhere, which must occur in the chain
 * @throws NidusError `file-not-found`; `feedback-corrupt` for a file that is no SQLite database at all;
 *   `feedback-newer`; `feedback-unavailable`
 */
export function inspectStore(path: string, expectedHash?: string): StoreInspection {
  if (!existsSync(path)) throw new NidusError('file-not-found', { path })
  const database = openDatabase(path, { readOnly: true })
  try {
    const version = schemaVersionOf(database)
    if (version > schemaVersion) {
      throw new NidusError('feedback-newer', { path, found: version, understood: schemaVersion })
    }
    if (version === 0) throw new NidusError('feedback-corrupt', { path, reason: 'no feedback store' })
    try {
      checkIntegrity(database)
    } catch (thrown) {
      return { integrity: String(toNidusError(thrown).context.reason), schemaVersion: version, audit: null }
    }
    const audit = verifyAudit(database, readAnchor(path), expectedHash)
    return { integrity: 'ok', schemaVersion: version, audit }
  } finally {
    database.close()
  }
}
