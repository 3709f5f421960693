import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { migrations } from '../../../../../src-main/feedback/migrations'
import { insertRow } from '../../../../../src-main/feedback/store/audit-chain'
import { migrate, schemaVersionOf } from '../../../../../src-main/feedback/store/migrate'
import { openDatabase, type Database } from '../../../../../src-main/feedback/store/open-database'
import { temporaryFolder } from '../temporary-store'

function atVersion(version: number): Database {
  const database = openDatabase(join(temporaryFolder(), 'a.db'))
  migrate(database, () => undefined, migrations.slice(0, version))
  expect(schemaVersionOf(database)).toBe(version)
  return database
}

/** The step to `version` alone, from the version before. */
function step(database: Database, version: number): void {
  const taken: number[] = []
  migrate(database, (migration) => void taken.push(migration.version), migrations.slice(0, version))
  expect(taken).toEqual([version])
  expect(schemaVersionOf(database)).toBe(version)
}

const session = { id: 's', reader: 'R', reader_key: 'r', started_at: 't', app_version: '1' }

describe('migrations', () => {
  it('are numbered without a gap', () => {
    expect(migrations.map(({ version }) => version)).toEqual(migrations.map((_, i) => i + 1))
  })

  it('1, from an empty file: an audit log that only grows', () => {
    const database = atVersion(0)
    step(database, 1)
    insertRow(database, 'store_facts', { id: 'store-id', value: 'x', recorded_at: 't' })
    expect(() => database.exec("UPDATE store_facts SET value = 'y'")).toThrow('append-only')
    expect(() => database.exec('DELETE FROM store_facts')).toThrow('append-only')
    expect(() =>
      database.exec("INSERT OR REPLACE INTO store_facts VALUES (1, 'store-id', 'y', 't')")
    ).toThrow('append-only')
    database.close()
  })

  it('2, from 1: sessions, readings and verdicts beside what was there', () => {
    const database = atVersion(1)
    insertRow(database, 'store_facts', { id: 'store-id', value: 'kept', recorded_at: 't' })
    step(database, 2)
    expect(database.all('SELECT value FROM store_facts')).toEqual([{ value: 'kept' }])
    insertRow(database, 'reader_sessions', session)
    const event = { id: 'e', study_uid: '1', event: 'opened', recorded_at: 't' }
    insertRow(database, 'reading_events', { ...event, session_id: 's' })
    expect(() => insertRow(database, 'reading_events', { ...event, id: 'f', session_id: 'none' })).toThrow(
      'FOREIGN KEY'
    )
    expect(() => database.exec("UPDATE reading_events SET event = 'completed'")).toThrow('append-only')
    expect(() => database.exec('DELETE FROM verdicts')).not.toThrow() // no rows, nothing to refuse
    database.close()
  })

  it('3, from 2: threshold versions beside what was there', () => {
    const database = atVersion(2)
    insertRow(database, 'reader_sessions', session)
    step(database, 3)
    expect(database.all('SELECT reader FROM reader_sessions')).toEqual([{ reader: 'R' }])
    const version = {
      ...{ id: 'v', version: 'site-1', scope_key: 'k', scope: '{}', threshold_id: 'p99', value: 4 },
      ...{ method: 'm', approved_by: 'R', reason: 'why', recorded_at: 't' }
    }
    insertRow(database, 'threshold_versions', version)
    expect(() => insertRow(database, 'threshold_versions', { ...version, id: 'w' })).toThrow('UNIQUE')
    expect(() => database.exec('UPDATE threshold_versions SET value = 1')).toThrow('append-only')
    database.close()
  })

  it('leaves nothing behind when a step fails', () => {
    const database = atVersion(1)
    const broken = [...migrations.slice(0, 1), { version: 2, name: 'x', sql: 'CREATE TABLE a (b); oops' }]
    expect(() => migrate(database, () => undefined, broken)).toThrow()
    expect(schemaVersionOf(database)).toBe(1)
    expect(database.all("SELECT name FROM sqlite_schema WHERE name = 'a'")).toEqual([])
    database.close()
  })

  it('refuses a database of a newer Nidus', () => {
    const database = atVersion(migrations.length)
    database.exec('PRAGMA user_version = 99')
    expect(() => migrate(database)).toThrow(expect.objectContaining({ code: 'feedback-newer' }))
    database.close()
  })
})
