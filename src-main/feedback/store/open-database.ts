import Libsql from 'libsql'
import { NidusError, toNidusError } from '../../contract/errors'

/** What a column can hold. */
export type SqlValue = string | number | null
export type SqlRow = Record<string, SqlValue>

/** A connection to a feedback database. All calls are synchronous. */
export interface Database {
  readonly path: string
  /** Runs statements without results. */
  exec(sql: string): void
  /** Runs one statement with bound values. */
  run(sql: string, values: readonly SqlValue[]): void
  /** All rows of a query. */
  all(sql: string, values?: readonly SqlValue[]): SqlRow[]
  /** Runs `write` in a transaction that holds the write lock from its start; rolled back when it throws. */
  transaction<T>(write: () => T): T
  close(): void
}

/** The driver aborts the whole process on booleans and cuts text at NUL: both are refused before they get there. */
function checkBindable(value: SqlValue): void {
  if (value === null || (typeof value === 'number' && Number.isFinite(value))) return
  if (typeof value === 'string' && !value.includes('\0') && !/\p{Surrogate}/u.test(value)) return
  throw new NidusError('internal', { reason: `value of type ${typeof value} cannot be stored as it is` })
}

/** SQLite's text for people, turned into one of ours: damage, or out of reach. */
export function toDatabaseError(thrown: unknown, path: string): NidusError {
  if (thrown instanceof NidusError) return thrown
  const code = (thrown as { code?: unknown }).code
  const reason = thrown instanceof Error ? thrown.message : String(thrown)
  const damaged = code === 'SQLITE_NOTADB' || (typeof code === 'string' && code.startsWith('SQLITE_CORRUPT'))
  return new NidusError(
    damaged ? 'feedback-corrupt' : 'feedback-unavailable',
    { path, reason },
    { cause: thrown }
  )
}

/**
 * Opens a SQLite database with write-ahead log, full synchronisation (a committed row outlives a power cut) and
 * foreign keys. Waits up to five seconds for another process that writes.
 * @param path absolute; created where missing unless `readOnly`
 * @throws NidusError `feedback-unavailable`, `feedback-corrupt`
 */
export function openDatabase(path: string, options: { readOnly?: boolean } = {}): Database {
  let connection: Libsql.Database
  try {
    connection = new Libsql(path)
  } catch (thrown) {
    throw toDatabaseError(thrown, path)
  }
  const statements = new Map<string, Libsql.Statement>()
  const guarded = <T>(work: () => T): T => {
    try {
      return work()
    } catch (thrown) {
      throw toDatabaseError(thrown, path)
    }
  }
  const prepare = (sql: string): Libsql.Statement => {
    const known = statements.get(sql)
    if (known) return known
    const prepared = connection.prepare(sql)
    statements.set(sql, prepared)
    return prepared
  }
  const database: Database = {
    path,
    exec: (sql) => guarded(() => void connection.exec(sql)),
    run: (sql, values) => {
      values.forEach(checkBindable)
      guarded(() => void prepare(sql).run([...values]))
    },
    all: (sql, values = []) => {
      values.forEach(checkBindable)
      return guarded(() => prepare(sql).all([...values]) as SqlRow[])
    },
    transaction: (write) => {
      guarded(() => void connection.exec('BEGIN IMMEDIATE'))
      try {
        const result = write()
        guarded(() => void connection.exec('COMMIT'))
        return result
      } catch (thrown) {
        if (connection.inTransaction) connection.exec('ROLLBACK')
        throw thrown
      }
    },
    close: () => {
      statements.clear()
      connection.close()
    }
  }
  try {
    // exec only: statements that exec runs are finished at once, so that a damaged file can be moved after close
    database.exec('PRAGMA busy_timeout = 5000; PRAGMA trusted_schema = OFF; PRAGMA foreign_keys = ON')
    if (options.readOnly) database.exec('PRAGMA query_only = ON')
    else database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA recursive_triggers = ON')
    return database
  } catch (thrown) {
    database.close()
    throw thrown
  }
}

/**
 * Lets SQLite look at every page, index and constraint of a database.
 * @throws NidusError `feedback-corrupt` at the first fault
 */
export function checkIntegrity(database: Database): void {
  try {
    // exec returns no rows, so the query itself fails (integer overflow) at any outcome other than 'ok'
    database.exec(
      "SELECT abs(-9223372036854775807 - 1) FROM pragma_integrity_check WHERE integrity_check <> 'ok'"
    )
  } catch (thrown) {
    const error = toNidusError(thrown)
    const failed = /integer overflow/.test(String(error.context.reason))
    if (!failed && error.code !== 'feedback-corrupt') throw error
    const reason = failed ? 'integrity check failed' : error.context.reason
    throw new NidusError('feedback-corrupt', { path: database.path, reason }, { cause: thrown })
  }
}
