import { NidusError } from '../../contract/errors'
import { migrations as allMigrations } from '../migrations'
import type { Migration } from '../migrations/migration'
import type { Database } from './open-database'

/** Schema version of a database: 0 for an empty file. */
export function schemaVersionOf(database: Database): number {
  return Number(database.all('SELECT user_version FROM pragma_user_version')[0].user_version)
}

/**
 * Brings a database to the last schema version, each step in a transaction of its own.
 * @param onStep runs inside the transaction of its step, for the audit log
 * @returns the version that the database had before
 * @throws NidusError `feedback-newer` when a newer Nidus wrote the database
 */
export function migrate(
  database: Database,
  onStep: (migration: Migration) => void = () => undefined,
  migrations: readonly Migration[] = allMigrations
): number {
  const before = schemaVersionOf(database)
  if (before > migrations.length) {
    throw new NidusError('feedback-newer', {
      path: database.path,
      found: before,
      understood: migrations.length
    })
  }
  for (const migration of migrations) {
    database.transaction(() => {
      // asked again under the write lock: another process may have taken the step meanwhile
      if (schemaVersionOf(database) >= migration.version) return
      database.exec(migration.sql)
      database.exec(`PRAGMA user_version = ${migration.version}`)
      onStep(migration)
    })
  }
  return before
}
