import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openDatabase } from '../../../../../src-main/feedback/store/open-database'
import { temporaryFolder } from '../temporary-store'

describe('openDatabase', () => {
  it('runs with write-ahead log, full synchronisation and foreign keys', () => {
    const database = openDatabase(join(temporaryFolder(), 'a.db'))
    const pragma = (name: string) => Object.values(database.all(`PRAGMA ${name}`)[0])[0]
    expect([pragma('journal_mode'), pragma('synchronous'), pragma('foreign_keys')]).toEqual(['wal', 2, 1])
    database.close()
  })

  it('refuses what the driver would crash on or cut short', () => {
    const database = openDatabase(':memory:')
    for (const value of [true, 1n, Number.NaN, Infinity, 'cut\0here', '\ud800', new Date()]) {
      expect(() => database.all('SELECT ?', [value as never])).toThrow('cannot be stored')
    }
    expect(database.all('SELECT ? AS v', ['é 😀'])).toEqual([{ v: 'é 😀' }])
    database.close()
  })

  it('rolls back when the work throws', () => {
    const database = openDatabase(':memory:')
    database.exec('CREATE TABLE t (a INTEGER)')
    expect(() =>
      database.transaction(() => {
        database.run('INSERT INTO t VALUES (?)', [1])
        throw new Error('no')
      })
    ).toThrow('no')
    expect(database.all('SELECT * FROM t')).toEqual([])
    database.close()
  })

  it('says that a folder is missing without naming damage', () => {
    expect(() => openDatabase(join(temporaryFolder(), 'none', 'a.db'))).toThrow(
      expect.objectContaining({ code: 'feedback-unavailable' })
    )
  })
})
