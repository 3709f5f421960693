import type { Migration } from './migration'
import { appendOnly } from './append-only'

/** The store's identity, the fingerprints of its patient salts, and the log that chains every later write. */
export const auditLog: Migration = {
  version: 1,
  name: 'audit log',
  sql: `
    CREATE TABLE store_facts (
      seq INTEGER PRIMARY KEY,
      id TEXT NOT NULL UNIQUE,
      value TEXT NOT NULL,
      recorded_at TEXT NOT NULL
    ) STRICT;
    CREATE TABLE audit_log (
      seq INTEGER PRIMARY KEY,
      recorded_at TEXT NOT NULL,
      action TEXT NOT NULL CHECK (action IN ('insert', 'event')),
      table_name TEXT,
      row_id TEXT,
      content_hash TEXT,
      detail TEXT CHECK (detail IS NULL OR json_valid(detail)),
      previous_hash TEXT NOT NULL,
      hash TEXT NOT NULL UNIQUE,
      CHECK ((action = 'insert') = (table_name IS NOT NULL AND row_id IS NOT NULL AND content_hash IS NOT NULL)),
      UNIQUE (table_name, row_id)
    ) STRICT;
    ${appendOnly('store_facts')}
    ${appendOnly('audit_log')}`
}
