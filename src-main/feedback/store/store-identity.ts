import { randomUUID } from 'node:crypto'
import { appendRow } from './audit-chain'
import type { Database } from './open-database'

/** The random name of a store, made once; its anchor carries it. */
export function readStoreId(database: Database): string {
  return String(database.all("SELECT value FROM store_facts WHERE id = 'store-id'")[0]?.value)
}

/** Gives a store its name where it has none. Must run inside a transaction. */
export function ensureStoreId(database: Database, recordedAt: string, storeId: string = randomUUID()): void {
  if (database.all("SELECT id FROM store_facts WHERE id = 'store-id'").length > 0) return
  appendRow(database, recordedAt, 'store_facts', { id: 'store-id', value: storeId, recorded_at: recordedAt })
}
