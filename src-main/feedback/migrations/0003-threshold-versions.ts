import type { Migration } from './migration'
import { appendOnly } from './append-only'

/** Thresholds that a person approved; a rollback is a new version with an older value. */
export const thresholdVersions: Migration = {
  version: 3,
  name: 'threshold versions',
  sql: `
    CREATE TABLE threshold_versions (
      seq INTEGER PRIMARY KEY,
      id TEXT NOT NULL UNIQUE,
      version TEXT NOT NULL UNIQUE,
      scope_key TEXT NOT NULL,
      scope TEXT NOT NULL CHECK (json_valid(scope)),
      threshold_id TEXT NOT NULL,
      value REAL NOT NULL,
      method TEXT NOT NULL,
      approved_by TEXT NOT NULL CHECK (approved_by <> ''),
      reason TEXT NOT NULL CHECK (reason <> ''),
      proposal TEXT CHECK (proposal IS NULL OR json_valid(proposal)),
      previous TEXT REFERENCES threshold_versions (id),
      rollback_to TEXT REFERENCES threshold_versions (id),
      recorded_at TEXT NOT NULL
    ) STRICT;
    CREATE INDEX threshold_versions_by_scope ON threshold_versions (scope_key, seq);
    ${appendOnly('threshold_versions')}`
}
