import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { recordReading } from '../../../../../src-main/feedback/reading/record-reading'
import { startSession } from '../../../../../src-main/feedback/reading/reader-sessions'
import { anchorPath } from '../../../../../src-main/feedback/store/audit-anchor'
import { appendRow, entryHash, insertRow } from '../../../../../src-main/feedback/store/audit-chain'
import { inspectStore } from '../../../../../src-main/feedback/store/inspect-store'
import {
  openDatabase,
  type Database,
  type SqlRow
} from '../../../../../src-main/feedback/store/open-database'
import { addVerdict } from '../../../../../src-main/feedback/verdicts/add-verdict'
import { makeRejection, makeVerdict } from '../make-verdict'
import { temporaryStore } from '../temporary-store'

/** A closed store with ten verdicts, and the kinds of fault that verification finds after `tamper`. */
async function faultsAfter(tamper: (database: Database, path: string) => void): Promise<string[]> {
  const { path } = await filledStore()
  // as with the sqlite3 tool: triggers dropped, changed, made again as they were
  const database = openDatabase(path)
  const triggers = database.all("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'")
  for (const { name } of triggers) database.exec(`DROP TRIGGER ${name}`)
  database.exec('PRAGMA foreign_keys = OFF')
  tamper(database, path)
  for (const { sql } of triggers) database.exec(String(sql))
  database.close()
  const { integrity, audit } = inspectStore(path)
  expect(integrity).toBe('ok')
  expect(audit?.ok).toBe(audit?.faults.length === 0)
  return audit!.faults.map(({ kind }) => kind)
}

async function filledStore(): Promise<{ path: string }> {
  const store = await temporaryStore()
  const session = startSession(store, 'A')
  recordReading(store, session.id, '1.2.826.1', 'opened')
  for (let i = 0; i < 9; i += 1) addVerdict(store, session.id, makeRejection([i, 2]))
  addVerdict(store, session.id, makeVerdict({ text: 'last' }))
  expect(store.verify().faults).toEqual([])
  store.close()
  return store
}

const entry = (database: Database, seq: number): SqlRow =>
  database.all('SELECT * FROM audit_log WHERE seq = ?', [seq])[0]
const lastSeq = (database: Database): number =>
  Number(database.all('SELECT max(seq) AS seq FROM audit_log')[0].seq)

/** Gives every entry from `seq` on a hash that fits its content and its predecessor, as a forger would. */
function rechain(database: Database, seq: number): void {
  let previous = String(entry(database, seq - 1).hash)
  for (let at = seq; at <= lastSeq(database); at += 1) {
    const forged: SqlRow = { ...entry(database, at), previous_hash: previous }
    previous = entryHash(forged)
    database.run('UPDATE audit_log SET previous_hash = ?, hash = ? WHERE seq = ?', [
      forged.previous_hash,
      previous,
      at
    ])
  }
}

describe('verifyAudit', () => {
  it('finds nothing in an untouched store', async () => {
    expect(await faultsAfter(() => undefined)).toEqual([])
  })

  it('finds a changed verdict, whatever the column', async () => {
    for (const change of [
      "kind = 'confirm'",
      "text = 'x'",
      'blind = 0',
      'threshold_value = threshold_value + 1e-9',
      "recorded_at = '2020-01-01T00:00:00.000Z'",
      'region = NULL',
      'seq = 1000'
    ]) {
      const faults = await faultsAfter((database) => {
        database.exec(`UPDATE verdicts SET ${change} WHERE seq = 4`)
      })
      expect(faults, change).toEqual(['row-changed'])
    }
  })

  it('finds a removed verdict', async () => {
    expect(await faultsAfter((d) => d.exec('DELETE FROM verdicts WHERE seq = 4'))).toEqual(['row-removed'])
  })

  it('finds a verdict removed together with its entry', async () => {
    const faults = await faultsAfter((database) => {
      const [{ id }] = database.all('SELECT id FROM verdicts WHERE seq = 4')
      database.run('DELETE FROM audit_log WHERE row_id = ?', [id])
      database.exec('DELETE FROM verdicts WHERE seq = 4')
    })
    expect(faults).toContain('entry-missing')
    expect(faults).toContain('chain-broken')
  })

  it('finds an inserted verdict without an entry', async () => {
    const faults = await faultsAfter((database) => {
      const [row] = database.all('SELECT * FROM verdicts WHERE seq = 4')
      insertRow(database, 'verdicts', { ...row, seq: 50, id: '00000000-0000-4000-8000-000000000000' })
    })
    expect(faults).toEqual(['row-inserted'])
  })

  it('finds two verdicts that changed places', async () => {
    const faults = await faultsAfter((database) => {
      database.exec('UPDATE verdicts SET seq = 99 WHERE seq = 4')
      database.exec('UPDATE verdicts SET seq = 4 WHERE seq = 5')
      database.exec('UPDATE verdicts SET seq = 5 WHERE seq = 99')
    })
    expect(faults).toEqual(['row-changed', 'row-changed'])
  })

  it('finds entries that changed places', async () => {
    const faults = await faultsAfter((database) => {
      database.exec('UPDATE audit_log SET seq = 99 WHERE seq = 8')
      database.exec('UPDATE audit_log SET seq = 8 WHERE seq = 9')
      database.exec('UPDATE audit_log SET seq = 9 WHERE seq = 99')
    })
    expect(faults).toContain('entry-changed')
  })

  it('finds a changed entry', async () => {
    const faults = await faultsAfter((d) => d.exec("UPDATE audit_log SET recorded_at = 'x' WHERE seq = 8"))
    expect(faults).toEqual(['entry-changed'])
  })

  it('finds a changed entry whose own hash was made to fit', async () => {
    const faults = await faultsAfter((database) => {
      const forged = { ...entry(database, 8), recorded_at: 'x' }
      database.run('UPDATE audit_log SET recorded_at = ?, hash = ? WHERE seq = 8', ['x', entryHash(forged)])
    })
    expect(faults).toEqual(['chain-broken'])
  })

  it('finds a forged chain by the anchor, and without it by a hash noted elsewhere', async () => {
    const { path } = await filledStore()
    const noted = inspectStore(path).audit!.head.hash
    const database = openDatabase(path)
    database.exec('DROP TRIGGER audit_log_no_update')
    database.exec("UPDATE audit_log SET recorded_at = 'x' WHERE seq = 8")
    rechain(database, 8)
    database.exec(
      "CREATE TRIGGER audit_log_no_update BEFORE UPDATE ON audit_log\n    BEGIN SELECT RAISE(ABORT, 'audit_log is append-only'); END"
    )
    database.close()
    expect(inspectStore(path).audit!.faults.map(({ kind }) => kind)).toEqual(['anchor-mismatch'])
    const head = inspectStore(path).audit!.head
    const anchor = JSON.parse(readFileSync(anchorPath(path), 'utf8')) as object
    writeFileSync(anchorPath(path), JSON.stringify({ ...anchor, ...head }))
    expect(inspectStore(path).audit!.ok).toBe(true)
    expect(inspectStore(path, noted).audit!.faults.map(({ kind }) => kind)).toEqual(['chain-broken'])
  })

  it('finds a cut tail', async () => {
    const faults = await faultsAfter((database) => {
      const last = entry(database, lastSeq(database))
      database.run('DELETE FROM verdicts WHERE id = ?', [last.row_id])
      database.run('DELETE FROM audit_log WHERE seq = ?', [last.seq])
    })
    expect(faults).toEqual(['tail-cut'])
  })

  it('finds an anchor that was taken away or spoilt', async () => {
    expect(await faultsAfter((_, path) => rmSync(anchorPath(path)))).toEqual(['anchor-missing'])
    expect(await faultsAfter((_, path) => writeFileSync(anchorPath(path), '{'))).toEqual([
      'anchor-unreadable'
    ])
  })

  it('finds a dropped trigger', async () => {
    const { path } = await filledStore()
    const database = openDatabase(path)
    database.exec('DROP TRIGGER verdicts_no_update')
    database.close()
    const { audit } = inspectStore(path)
    expect(audit!.faults).toEqual([
      { kind: 'schema-changed', seq: null, table: 'verdicts_no_update', rowId: null }
    ])
  })

  it('does not let a restart cover a cut tail', async () => {
    const { path } = await filledStore()
    const database = openDatabase(path)
    database.exec('DROP TRIGGER audit_log_no_delete; DROP TRIGGER verdicts_no_delete')
    const last = entry(database, lastSeq(database))
    database.run('DELETE FROM verdicts WHERE id = ?', [last.row_id])
    database.run('DELETE FROM audit_log WHERE seq = ?', [last.seq])
    for (const table of ['audit_log', 'verdicts']) {
      database.exec(
        `CREATE TRIGGER ${table}_no_delete BEFORE DELETE ON ${table}\n    BEGIN SELECT RAISE(ABORT, '${table} is append-only'); END`
      )
    }
    database.close()
    const store = await temporaryStore({ path })
    expect(store.warnings.map(({ code, context }) => [code, context.kind])).toEqual([
      ['audit-tampered', 'tail-cut']
    ])
    expect(store.verify().faults.map(({ kind }) => kind)).toEqual(['noted-at-open'])
  })

  it('accepts a store whose anchor is behind, as a kill leaves it', async () => {
    const { path } = await filledStore()
    const database = openDatabase(path)
    const row = { id: 'x', value: 'y', recorded_at: 't' }
    database.transaction(() => appendRow(database, 't', 'store_facts', row))
    database.close()
    expect(inspectStore(path).audit!.faults).toEqual([])
    expect((await temporaryStore({ path })).warnings).toEqual([])
  })
})
