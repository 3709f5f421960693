import type { AuditAnchor } from './audit-anchor'
import { auditedTables, chainStart, entryHash, hashOf, type ChainHead } from './audit-chain'
import { migrate, schemaVersionOf } from './migrate'
import { readStoreId } from './store-identity'
import { openDatabase, type Database } from './open-database'
import { migrations } from '../migrations'

/** One thing that is not as it was written. `seq` is the place in the audit log, where there is one. */
export interface AuditFault {
  kind:
    | 'entry-changed'
    | 'chain-broken'
    | 'entry-missing'
    | 'row-changed'
    | 'row-removed'
    | 'row-inserted'
    | 'tail-cut'
    | 'anchor-missing'
    | 'anchor-unreadable'
    | 'anchor-mismatch'
    | 'noted-at-open'
    | 'schema-changed'
  seq: number | null
  table: string | null
  rowId: string | null
}

/** Outcome of {@link verifyAudit}. `restores` are no faults: they were done openly and are in the chain. */
export interface AuditReport {
  ok: boolean
  head: ChainHead
  entries: number
  rows: number
  faults: AuditFault[]
  restores: { seq: number; recordedAt: string; detail: string }[]
}

interface Entry {
  seq: number
  table: string | null
  rowId: string | null
  contentHash: string | null
}

const fault = (
  kind: AuditFault['kind'],
  seq: number | null = null,
  table: string | null = null,
  rowId: string | null = null
): AuditFault => ({ kind, seq, table, rowId })

/** Walks the chain: every entry hashes to itself, names the hash before it, and follows its number. */
function walkChain(database: Database, report: AuditReport): Map<string, Entry> {
  const entries = new Map<string, Entry>()
  let expectedSeq = 1
  let previous = chainStart
  const pageSize = 2000
  for (let after = Number.MIN_SAFE_INTEGER; ;) {
    const page = database.all('SELECT * FROM audit_log WHERE seq > ? ORDER BY seq LIMIT ?', [after, pageSize])
    for (const row of page) {
      const seq = Number(row.seq)
      if (seq !== expectedSeq) report.faults.push(fault('entry-missing', expectedSeq))
      const hash = entryHash(row)
      if (hash !== row.hash) report.faults.push(fault('entry-changed', seq))
      else if (row.previous_hash !== previous) report.faults.push(fault('chain-broken', seq))
      previous = String(row.hash)
      expectedSeq = seq + 1
      after = seq
      report.entries += 1
      const [table, rowId] = [row.table_name, row.row_id].map((value) =>
        value === null ? null : String(value)
      )
      if (row.action === 'insert') {
        entries.set(`${table}/${rowId}`, { seq, table, rowId, contentHash: String(row.content_hash) })
      } else {
        noteEvent(report, seq, String(row.recorded_at), String(row.detail))
      }
    }
    if (page.length < pageSize) break
  }
  report.head = { count: expectedSeq - 1, hash: previous }
  return entries
}

function noteEvent(report: AuditReport, seq: number, recordedAt: string, detail: string): void {
  const event = /"event":"([a-z-]+)"/.exec(detail)?.[1]
  if (event === 'restored' || event === 'started-after-loss')
    report.restores.push({ seq, recordedAt, detail })
  if (event === 'audit-fault') report.faults.push(fault('noted-at-open', seq))
}

/** Every row of every audited table against its entry. */
function compareRows(database: Database, entries: Map<string, Entry>, report: AuditReport): void {
  const present = new Set(
    database.all("SELECT name FROM sqlite_schema WHERE type = 'table'").map((row) => row.name)
  )
  const pageSize = 500
  for (const table of auditedTables) {
    if (!present.has(table)) continue
    for (let after = Number.MIN_SAFE_INTEGER; ;) {
      const page = database.all(`SELECT * FROM ${table} WHERE seq > ? ORDER BY seq LIMIT ?`, [
        after,
        pageSize
      ])
      for (const row of page) {
        after = Number(row.seq)
        report.rows += 1
        const key = `${table}/${row.id}`
        const entry = entries.get(key)
        if (!entry) report.faults.push(fault('row-inserted', null, table, String(row.id)))
        else if (entry.contentHash !== hashOf(row)) {
          report.faults.push(fault('row-changed', entry.seq, table, String(row.id)))
        }
        entries.delete(key)
      }
      if (page.length < pageSize) break
    }
  }
  for (const entry of entries.values()) {
    report.faults.push(fault('row-removed', entry.seq, entry.table, entry.rowId))
  }
}

/** Tables, indexes and triggers as the migrations make them: a dropped trigger lets rows be changed. */
function compareSchema(database: Database, report: AuditReport): void {
  const listing = "SELECT name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%' ORDER BY name"
  const fresh = openDatabase(':memory:')
  try {
    migrate(fresh, () => undefined, migrations.slice(0, schemaVersionOf(database)))
    const expected = new Map(fresh.all(listing).map((row) => [row.name, row.sql]))
    for (const { name, sql } of database.all(listing)) {
      if (expected.get(name) !== sql) report.faults.push(fault('schema-changed', null, String(name)))
      expected.delete(name)
    }
    for (const name of expected.keys()) report.faults.push(fault('schema-changed', null, String(name)))
  } finally {
    fresh.close()
  }
}

/** The anchor must name an entry that is still there: a database behind its anchor has lost its tail. */
export function compareAnchor(
  database: Database,
  anchor: AuditAnchor | 'unreadable' | null,
  head: ChainHead
): AuditFault | null {
  if (anchor === null) return head.count === 0 ? null : fault('anchor-missing')
  if (anchor === 'unreadable') return fault('anchor-unreadable')
  if (anchor.count > head.count) return fault('tail-cut', head.count + 1)
  // written before the first entry: the process ended before it could put the anchor forward
  if (anchor.count === 0) return null
  if (anchor.storeId !== readStoreId(database)) return fault('anchor-mismatch')
  const [entry] = database.all('SELECT hash FROM audit_log WHERE seq = ?', [anchor.count])
  return entry?.hash === anchor.hash ? null : fault('anchor-mismatch', anchor.count)
}

/**
 * Looks for anything in the store that is not as it was written: changed, removed, reordered or inserted rows and
 * log entries by the hash chain, a cut tail by the anchor file. Who can rewrite database and anchor together can
 * make a new chain: a head hash noted elsewhere (`expectedHash`) finds that too.
 * @param anchor from `readAnchor`
 * @param expectedHash hash that must occur in the chain
 */
export function verifyAudit(
  database: Database,
  anchor: AuditAnchor | 'unreadable' | null,
  expectedHash?: string
): AuditReport {
  const report: AuditReport = {
    ok: false,
    head: { count: 0, hash: chainStart },
    entries: 0,
    rows: 0,
    faults: [],
    restores: []
  }
  compareRows(database, walkChain(database, report), report)
  compareSchema(database, report)
  const anchorFault = compareAnchor(database, anchor, report.head)
  if (anchorFault) report.faults.push(anchorFault)
  if (expectedHash && expectedHash !== chainStart) {
    const known = database.all('SELECT seq FROM audit_log WHERE hash = ?', [expectedHash])
    if (known.length === 0) report.faults.push(fault('chain-broken'))
  }
  report.ok = report.faults.length === 0
  return report
}
