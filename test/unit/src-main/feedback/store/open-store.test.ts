import { existsSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { migrations } from '../../../../../src-main/feedback/migrations'
import { startSession } from '../../../../../src-main/feedback/reading/reader-sessions'
import { writeAnchor } from '../../../../../src-main/feedback/store/audit-anchor'
import { listBackups } from '../../../../../src-main/feedback/store/backup'
import { migrate } from '../../../../../src-main/feedback/store/migrate'
import { openDatabase } from '../../../../../src-main/feedback/store/open-database'
import { restoreBackup } from '../../../../../src-main/feedback/store/recover'
import { addVerdict } from '../../../../../src-main/feedback/verdicts/add-verdict'
import { currentVerdicts, verdictHistory } from '../../../../../src-main/feedback/verdicts/query-verdicts'
import { makeRejection, makeVerdict } from '../make-verdict'
import { steppingClock, temporaryFolder, temporaryStore } from '../temporary-store'

const dayMs = 86_400_000
/** Overwrites pages in the middle of the file, where table rows lie. */
function damage(path: string, from: number, bytes = 3000): void {
  const file = readFileSync(path)
  file.fill(0xa5, from, Math.min(file.length, from + bytes))
  writeFileSync(path, file)
}

describe('openFeedbackStore', () => {
  it('keeps what was stored, across openings', async () => {
    const store = await temporaryStore()
    const session = startSession(store, '  A.  Reader ')
    expect(session.reader).toBe('A. Reader')
    const verdict = addVerdict(store, session.id, makeVerdict({ text: 'left, "1+1"\nsecond line é😀' }))
    store.close()
    const again = await temporaryStore({ path: store.path })
    expect(again.warnings).toEqual([])
    const { reader, readerKey, ...stored } = currentVerdicts(again)[0]
    expect([reader, readerKey]).toEqual(['A. Reader', 'a. reader'])
    expect(stored).toEqual(verdict)
    expect(again.verify().ok).toBe(true)
  })

  it('refuses to change or remove rows', async () => {
    const store = await temporaryStore()
    addVerdict(store, startSession(store, 'A').id, makeVerdict())
    for (const sql of [
      "UPDATE verdicts SET kind = 'unsure'",
      'DELETE FROM verdicts',
      'DELETE FROM audit_log'
    ]) {
      expect(() => store.database.exec(sql)).toThrow('append-only')
    }
  })

  it('groups by patient without keeping who it is', async () => {
    const store = await temporaryStore()
    const key = store.patientKey('PID-4711', '1.2.3')
    expect(key).toMatch(/^[0-9a-f]{64}$/)
    expect(store.patientKey('PID-4711 ', '1.2.4')).toBe(key)
    expect(store.patientKey('PID-4712', '1.2.3')).not.toBe(key)
    expect(store.patientKey(null, '1.2.3')).not.toBe(store.patientKey('', '1.2.4'))
    const other = await temporaryStore()
    expect(other.patientKey('PID-4711', '1.2.3')).not.toBe(key)
    // the salt is in no backup: a copy of the database cannot be searched for patient IDs
    expect(readFileSync(store.backup().path).includes(Buffer.from(store.salt))).toBe(false)
  })

  it('says when the salt was lost', async () => {
    const store = await temporaryStore()
    store.close()
    rmSync(join(dirname(store.path), 'patient.salt'))
    const again = await temporaryStore({ path: store.path })
    expect(again.warnings.map(({ code }) => code)).toEqual(['patient-salt-replaced'])
  })

  it('backs up when a day has passed and something was written, and keeps the last ones', async () => {
    const clock = steppingClock()
    const folder = temporaryFolder()
    const options = { path: join(folder, 'feedback.db'), now: clock.now, keepBackups: 3 }
    for (let day = 0; day < 5; day += 1) {
      const store = await temporaryStore(options)
      startSession(store, `Reader ${day}`)
      store.close()
      clock.addMs(dayMs)
    }
    const stamps = listBackups(join(folder, 'backups')).map(({ stamp }) => stamp.slice(0, 10))
    expect(stamps).toEqual(['2026-03-05', '2026-03-04', '2026-03-03'])
    // two more days without a write: one copy of the last write, then none
    for (let day = 0; day < 3; day += 1) {
      ;(await temporaryStore(options)).close()
      clock.addMs(dayMs)
    }
    expect(listBackups(join(folder, 'backups')).map(({ stamp }) => stamp.slice(0, 10))).toEqual([
      '2026-03-06',
      '2026-03-05',
      '2026-03-04'
    ])
  })

  it('clears away what a killed process left, but nothing that may still be written', async () => {
    const folder = temporaryFolder()
    const left = [
      'feedback.db.anchor.json.123.tmp',
      'unfinished-x-1.db',
      'unfinished-x-1.db-journal',
      'mine.tmp'
    ]
    for (const name of left) writeFileSync(join(folder, name), 'x')
    const opened = async (now: Date) =>
      (await temporaryStore({ path: join(folder, 'feedback.db'), now: () => now })).close()
    const names = () => readdirSync(folder).filter((name) => left.includes(name))
    await opened(new Date())
    expect(names()).toHaveLength(4)
    await opened(new Date(Date.now() + 2 * 3_600_000))
    expect(names()).toEqual(['mine.tmp'])
  })

  it('backs up before it migrates an older store', async () => {
    const path = join(temporaryFolder(), 'feedback.db')
    const old = openDatabase(path)
    migrate(old, () => undefined, migrations.slice(0, 2))
    old.close()
    writeAnchor(path, 'any', { count: 0, hash: '0'.repeat(64) })
    const store = await temporaryStore({ path })
    const [backup] = listBackups(join(dirname(path), 'backups')).slice(-1)
    const copy = openDatabase(backup.path, { readOnly: true })
    expect(copy.all('SELECT user_version FROM pragma_user_version')).toEqual([{ user_version: 2 }])
    copy.close()
    expect(store.verify().faults.map(({ kind }) => kind)).toEqual([])
  })
})

describe('recovery', () => {
  async function filled(verdictsAfterBackup: number) {
    const store = await temporaryStore()
    const session = startSession(store, 'A')
    for (let i = 0; i < 20; i += 1) addVerdict(store, session.id, makeRejection([i % 10, i % 7]))
    const backup = store.backup()
    for (let i = 0; i < verdictsAfterBackup; i += 1)
      addVerdict(store, session.id, makeVerdict({ text: `n ${i}` }))
    const entries = store.verify().entries
    const ids = verdictHistory(store).map(({ id }) => id)
    store.close()
    return { path: store.path, backup, entries, ids }
  }

  it('restores the newest sound backup of a file that is no database any more, and says what is lost', async () => {
    const { path, backup, entries, ids } = await filled(5)
    writeFileSync(path, 'not a database '.repeat(500))
    const store = await temporaryStore({ path })
    expect(store.warnings).toHaveLength(1)
    const [{ code, context }] = store.warnings
    expect(code).toBe('store-corrupt-restored')
    expect(context.backup).toBe(`feedback-${backup.stamp}.db`)
    expect(context.entriesSalvaged).toBe(0)
    expect(context.entriesLost).toBe(5)
    expect(entries - Number(context.entriesInBackup)).toBe(5)
    expect(verdictHistory(store).map(({ id }) => id)).toEqual(ids.slice(0, 20))
    expect(readFileSync(join(dirname(path), String(context.setAside)), 'utf8')).toContain('not a database')
    const report = store.verify()
    expect(report.faults).toEqual([])
    expect(report.restores).toHaveLength(1)
    store.close()
    expect((await temporaryStore({ path })).warnings).toEqual([])
  })

  it('takes legible entries over from the damaged file', async () => {
    const { path, ids } = await filled(5)
    // an index page: tables stay legible, the integrity check fails
    const probe = openDatabase(path, { readOnly: true })
    const [{ page }] = probe.all(
      "SELECT rootpage AS page FROM sqlite_schema WHERE name = 'verdicts_by_model'"
    )
    probe.close()
    damage(path, (Number(page) - 1) * 4096 + 8, 4000)
    const store = await temporaryStore({ path })
    const [{ code, context }] = store.warnings
    expect([code, context.entriesLost]).toEqual(['store-corrupt-restored', 0])
    expect(context.entriesSalvaged).toBe(5)
    expect(verdictHistory(store).map(({ id }) => id)).toEqual(ids)
    expect(store.verify().faults).toEqual([])
  })

  it('passes over a damaged backup', async () => {
    const { path, backup } = await filled(0)
    damage(backup.path, 4096 * 3, 8000)
    writeFileSync(path, 'x'.repeat(9000))
    const store = await temporaryStore({ path })
    // the copy made at the first opening, before any verdict
    expect(store.warnings[0].context.backup).not.toBe(`feedback-${backup.stamp}.db`)
    expect(Number(store.warnings[0].context.entriesLost)).toBeGreaterThan(20)
    expect(store.verify().faults).toEqual([])
  })

  it('starts empty with a warning where there is no backup', async () => {
    const { path } = await filled(0)
    rmSync(join(dirname(path), 'backups'), { recursive: true })
    writeFileSync(path, 'x'.repeat(9000))
    const store = await temporaryStore({ path })
    expect(store.warnings.map(({ code }) => code)).toEqual(['store-corrupt-started-empty'])
    expect(currentVerdicts(store)).toEqual([])
    expect(store.verify().faults).toEqual([])
  })

  it('takes a vanished database for a loss, not for a first start', async () => {
    const { path } = await filled(2)
    for (const suffix of ['', '-wal', '-shm']) rmSync(path + suffix, { force: true })
    const store = await temporaryStore({ path })
    expect(store.warnings.map(({ code }) => code)).toEqual(['store-corrupt-restored'])
    expect(store.warnings[0].context.entriesLost).toBe(2)
  })

  it('goes on with a recovery that was killed half-way', async () => {
    const { path, ids } = await filled(4)
    // the file set aside, nothing in its place yet
    renameSync(path, `${path}.corrupt-2026-03-02T00-00-00-000Z`)
    const store = await temporaryStore({ path })
    expect(store.warnings[0].context).toMatchObject({ entriesSalvaged: 4, entriesLost: 0 })
    expect(verdictHistory(store).map(({ id }) => id)).toEqual(ids)
    expect(store.verify().faults).toEqual([])
  })

  it('puts a chosen backup in place and keeps what it replaces', async () => {
    const { path, backup, ids } = await filled(3)
    const { setAside } = await restoreBackup(path, backup.path, new Date('2026-04-01T00:00:00Z'))
    expect(setAside && existsSync(setAside)).toBe(true)
    const store = await temporaryStore({ path })
    expect(store.warnings).toEqual([])
    expect(verdictHistory(store).map(({ id }) => id)).toEqual(ids.slice(0, 20))
    const report = store.verify()
    expect([report.faults, report.restores.length]).toEqual([[], 1])
    expect(readdirSync(dirname(path)).filter((name) => name.includes('restoring'))).toEqual([])
  })
})
