import { createHash } from 'node:crypto'
import { canonicalJson } from './canonical-json'
import type { Database, SqlRow } from './open-database'

/** What the first entry of a chain names as the hash before it. */
export const chainStart = '0'.repeat(64)

/** Tables whose every row has an entry in the audit log, in the order in which rows may refer to each other. */
export const auditedTables = [
  'store_facts',
  'reader_sessions',
  'reading_events',
  'unblindings',
  'verdicts',
  'threshold_versions'
] as const
export type AuditedTable = (typeof auditedTables)[number]

/** Last entry of the chain: how many entries there are, and the hash of the last. */
export interface ChainHead {
  count: number
  hash: string
}

/** SHA-256 of the canonical JSON of a value, as lower-case hex. */
export function hashOf(value: unknown): string {
  return createHash('sha256').update(canonicalJson(value), 'utf8').digest('hex')
}

/**
 * Hash of an audit entry: SHA-256 over the canonical JSON of all its columns but `hash`; `previous_hash` among them
 * makes the chain (Haber and Stornetta 1991).
 */
export function entryHash(entry: SqlRow): string {
  const { hash: _hash, ...rest } = entry
  return hashOf(rest)
}

/** The last entry of the chain as the database has it now. */
export function readChainHead(database: Database): ChainHead {
  const [last] = database.all('SELECT seq, hash FROM audit_log ORDER BY seq DESC LIMIT 1')
  return last ? { count: Number(last.seq), hash: String(last.hash) } : { count: 0, hash: chainStart }
}

function append(database: Database, recordedAt: string, entry: SqlRow): ChainHead {
  const head = readChainHead(database)
  const full: SqlRow = {
    seq: head.count + 1,
    recorded_at: recordedAt,
    action: null,
    table_name: null,
    row_id: null,
    content_hash: null,
    detail: null,
    ...entry,
    previous_hash: head.hash
  }
  full.hash = entryHash(full)
  insertRow(database, 'audit_log', full)
  return { count: head.count + 1, hash: full.hash }
}

/** Writes one row, column by column. Column names come from this program, never from outside. */
export function insertRow(database: Database, table: string, row: SqlRow): void {
  const columns = Object.keys(row)
  database.run(
    `INSERT INTO ${table} (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`,
    columns.map((column) => row[column])
  )
}

/**
 * Writes a row and its audit entry. Must run inside a transaction.
 * @param row without `seq`; its `id` names it in the log
 */
export function appendRow(
  database: Database,
  recordedAt: string,
  table: AuditedTable,
  row: SqlRow
): ChainHead {
  insertRow(database, table, row)
  const [stored] = database.all(`SELECT * FROM ${table} WHERE id = ?`, [row.id])
  return append(database, recordedAt, {
    action: 'insert',
    table_name: table,
    row_id: row.id,
    content_hash: hashOf(stored)
  })
}

/** Notes an event (migration, restore, import) in the chain. Must run inside a transaction. */
export function appendEvent(
  database: Database,
  recordedAt: string,
  detail: Record<string, string | number | null>
): ChainHead {
  return append(database, recordedAt, { action: 'event', detail: canonicalJson(detail) })
}
