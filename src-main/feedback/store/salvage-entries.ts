import { auditedTables, entryHash, hashOf, insertRow, readChainHead, type AuditedTable } from './audit-chain'
import { schemaVersionOf } from './migrate'
import { openDatabase, type Database, type SqlRow } from './open-database'

/** The next entries of a damaged database that still chain on to `target`, with their rows; stops at any doubt. */
function* soundEntries(
  damaged: Database,
  target: Database
): Generator<{ entry: SqlRow; row: SqlRow | null }> {
  let { count, hash } = readChainHead(target)
  if (count > 0) {
    const [common] = damaged.all('SELECT hash FROM audit_log WHERE seq = ?', [count])
    if (common?.hash !== hash) return
  }
  for (;;) {
    const [entry] = damaged.all('SELECT * FROM audit_log WHERE seq = ?', [count + 1])
    if (!entry || entry.previous_hash !== hash || entryHash(entry) !== entry.hash) return
    let row: SqlRow | null = null
    if (entry.action === 'insert') {
      const table = entry.table_name as AuditedTable
      if (!auditedTables.includes(table)) return
      row = damaged.all(`SELECT * FROM ${table} WHERE id = ?`, [entry.row_id])[0] ?? null
      if (!row || hashOf(row) !== entry.content_hash) return
    }
    yield { entry, row }
    count += 1
    hash = String(entry.hash)
  }
}

/**
 * Takes over from a damaged database what was written after `target` was backed up, entry by entry, as long as
 * rows and hashes agree. The chain of `target` simply goes on.
 * @param target a sound database of the same schema version, or an empty one
 * @returns how many audit entries were taken over
 */
export function salvageEntries(damagedPath: string, target: Database): number {
  let salvaged = 0
  let damaged: Database
  try {
    damaged = openDatabase(damagedPath, { readOnly: true })
  } catch {
    // not a database any more: nothing to take over, as the count returned tells the caller
    return 0
  }
  try {
    if (schemaVersionOf(damaged) !== schemaVersionOf(target)) return 0
    for (const { entry, row } of soundEntries(damaged, target)) {
      target.transaction(() => {
        if (row) insertRow(target, String(entry.table_name), row)
        insertRow(target, 'audit_log', entry)
      })
      salvaged += 1
    }
    return salvaged
  } catch {
    // a damaged page ends the salvage; what was taken over before it is whole
    return salvaged
  } finally {
    damaged.close()
  }
}
