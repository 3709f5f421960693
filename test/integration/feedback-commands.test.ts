import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { auditCommand } from '../../src-main/commands/audit'
import { feedbackCommand } from '../../src-main/commands/feedback'
import { recordReading } from '../../src-main/feedback/reading/record-reading'
import { startSession } from '../../src-main/feedback/reading/reader-sessions'
import { openDatabase } from '../../src-main/feedback/store/open-database'
import { openFeedbackStore } from '../../src-main/feedback/store/open-store'
import { addVerdict } from '../../src-main/feedback/verdicts/add-verdict'
import { feedbackDatabasePath, userDataFolder } from '../../src-main/platform/user-data-folder'
import { openStudies } from '../../src-main/study/open-studies'
import { makeImage, makeRejection, makeVerdict } from '../unit/src-main/feedback/make-verdict'

let folder: string
let db: string
let printed = ''
let told = ''

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'nidus-commands-'))
  db = join(folder, 'store', 'feedback.db')
  printed = told = ''
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => ((printed += String(text)), true))
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => ((told += String(text)), true))
  const store = await openFeedbackStore({ path: db, now: () => new Date(), appVersion: '1.0.0' })
  const session = startSession(store, 'A')
  addVerdict(store, session.id, makeVerdict())
  addVerdict(store, session.id, makeRejection([1, 1]))
  recordReading(store, session.id, makeImage().studyInstanceUid, 'completed')
  store.close()
})

afterEach(() => {
  vi.restoreAllMocks()
  rmSync(folder, { recursive: true, force: true })
})

/** Runs a command and returns its exit code; `printed` and `told` hold its output. */
async function run(command: (argv: string[]) => Promise<number>, ...argv: string[]): Promise<number> {
  printed = told = ''
  return command(argv)
}

describe('nidus audit verify', () => {
  it('passes an untouched store and prints the head to note down', async () => {
    expect(await run(auditCommand, 'verify', '--db', db)).toBe(0)
    const head = /head \d+ ([0-9a-f]{64})/.exec(printed)![1]
    expect(await run(auditCommand, 'verify', '--db', db, '--expect', head)).toBe(0)
    expect(await run(auditCommand, 'verify', '--db', db, '--expect', '0123456789abcdef'.repeat(4))).toBe(1)
  })

  it('fails a changed one, in words and as JSON', async () => {
    const database = openDatabase(db)
    database.exec("DROP TRIGGER verdicts_no_update; UPDATE verdicts SET kind = 'unsure' WHERE seq = 1")
    database.close()
    expect(await run(auditCommand, 'verify', '--db', db)).toBe(1)
    expect(printed).toContain('a row was changed')
    expect(await run(feedbackCommand, 'verify', '--db', db, '--json')).toBe(1)
    const report = JSON.parse(printed) as { ok: boolean; audit: { faults: { kind: string }[] } }
    expect(report.ok).toBe(false)
    expect(report.audit.faults.map(({ kind }) => kind)).toEqual(['row-changed', 'schema-changed'])
  })

  it('says what it cannot read, and makes nothing', async () => {
    expect(await run(auditCommand, 'verify', '--db', join(folder, 'none.db'))).toBe(3)
    expect(existsSync(join(folder, 'none.db'))).toBe(false)
    writeFileSync(join(folder, 'text.db'), 'no database at all'.repeat(100))
    expect(await run(auditCommand, 'verify', '--db', join(folder, 'text.db'))).toBe(3)
    expect(readFileSync(join(folder, 'text.db'), 'utf8')).toContain('no database at all')
  })

  it('explains itself', async () => {
    expect(await run(auditCommand, '--help')).toBe(0)
    expect(printed).toContain('Exit codes')
    for (const argv of [[], ['check'], ['verify', '--nope'], ['verify', '--expect', 'x']]) {
      expect(await run(auditCommand, ...argv)).toBe(2)
    }
  })
})

describe('nidus feedback', () => {
  it('carries verdicts from one store to another', async () => {
    const out = join(folder, 'out', 'verdicts.json')
    expect(await run(feedbackCommand, 'export', '--db', db, '--out', out)).toBe(0)
    const other = join(folder, 'other', 'feedback.db')
    expect(await run(feedbackCommand, 'import', out, '--db', other, '--json')).toBe(0)
    expect(JSON.parse(printed)).toMatchObject({ added: { verdicts: 2, sessions: 1 }, refused: [] })
    expect(await run(feedbackCommand, 'import', out, '--db', other, '--json')).toBe(0)
    expect(JSON.parse(printed)).toMatchObject({ added: { verdicts: 0 }, unchanged: 4 })
    expect(await run(feedbackCommand, 'stats', '--db', other, '--json')).toBe(0)
    expect(JSON.parse(printed)).toMatchObject({
      verdicts: { current: 2, stored: 2, byKind: { confirm: 1, reject: 1 }, byReason: { artefact: 1 } },
      ...{
        studies: 1,
        patients: 1,
        studiesCompletelyRead: 1,
        byModality: { MR: 2 },
        byScanner: { 'ACME Field 3': 2 }
      }
    })
    expect(await run(feedbackCommand, 'verify', '--db', other)).toBe(0)
  })

  it('does what it can of several files', async () => {
    const out = join(folder, 'v.json')
    const bad = join(folder, 'bad.json')
    await run(feedbackCommand, 'export', '--db', db, '--out', out)
    writeFileSync(bad, '{}')
    const other = join(folder, 'other', 'feedback.db')
    expect(await run(feedbackCommand, 'import', bad, out, '--db', other)).toBe(5)
    expect(told).toContain('bad.json')
    expect(await run(feedbackCommand, 'import', bad, '--db', other)).toBe(3)
    expect(await run(feedbackCommand, 'import', join(folder, 'none'), '--db', other)).toBe(3)
  })

  it('takes training slices from the studies it is given', async () => {
    const demo = join(__dirname, '..', '..', 'resources', 'demo-study')
    const { studies } = await openStudies([demo])
    const [series] = studies[0].series
    const slice = series.slices[7]
    const store = await openFeedbackStore({ path: db, now: () => new Date(), appVersion: '1.0.0' })
    addVerdict(store, startSession(store, 'A').id, {
      ...makeVerdict({ kind: 'slice-normal', region: null, masks: [], analysis: null }),
      image: {
        ...makeImage({
          studyInstanceUid: studies[0].studyInstanceUid,
          rows: slice.rows,
          columns: slice.columns
        }),
        ...{
          seriesInstanceUid: series.seriesInstanceUid,
          sopInstanceUid: slice.sopInstanceUid,
          sliceIndex: 7
        }
      }
    })
    store.close()
    const out = join(folder, 'training')
    const argv = ['export', '--db', db, '--format', 'training', '--out', out, '--images', demo, '--json']
    // the slice of the other verdicts is in no study that was given
    expect(await run(feedbackCommand, ...argv)).toBe(5)
    expect(JSON.parse(printed)).toMatchObject({ normal: 1, anomalous: 1, withoutImage: 1 })
    const row = readFileSync(join(out, 'index.csv'), 'utf8')
      .split('\r\n')
      .find((line) => line.includes(',normal,'))!
    const npy = readFileSync(join(out, row.split(',')[0]))
    expect(npy.toString('latin1', 0, 128)).toContain(
      `'<f4', 'fortran_order': False, 'shape': (${slice.rows}, ${slice.columns})`
    )
  })

  it('lists and restores backups', async () => {
    expect(await run(feedbackCommand, 'restore', '--list', '--db', db)).toBe(0)
    const [backup] = printed.trim().split('\n')
    expect(await run(feedbackCommand, 'restore', '--backup', backup, '--db', db)).toBe(0)
    expect(await run(feedbackCommand, 'stats', '--db', db, '--json')).toBe(0)
    // the copy was made when the store was new
    expect(JSON.parse(printed)).toMatchObject({ verdicts: { stored: 0 } })
    expect(await run(auditCommand, 'verify', '--db', db)).toBe(0)
    expect(printed).toContain('restored from a backup')
  })

  it('tells of a repaired store', async () => {
    writeFileSync(db, 'no database')
    expect(await run(feedbackCommand, 'stats', '--db', db)).toBe(0)
    expect(told).toContain('was damaged and has been restored')
  })

  it('explains itself', async () => {
    expect(await run(feedbackCommand, '--help')).toBe(0)
    for (const argv of [
      [],
      ['learn'],
      ['export', '--db', db],
      ['export', '--db', db, '--out', join(folder, 'x'), '--format', 'xml'],
      ['stats', 'extra'],
      ['stats', '--out', 'x'],
      ['import'],
      ['export', '--db', db, '--out', join(folder, 'x'), '--images', 'y']
    ]) {
      expect(await run(feedbackCommand, ...argv), argv.join(' ')).toBe(2)
    }
    expect(await run(feedbackCommand, 'stats', '--db', join(folder, 'none.db'))).toBe(3)
  })
})

describe('the default database', () => {
  it('lies where Electron keeps the data of the app', () => {
    expect(userDataFolder('linux', {}, '/home/a')).toBe('/home/a/.config/nidus')
    expect(userDataFolder('linux', { XDG_CONFIG_HOME: '/c' }, '/home/a')).toBe('/c/nidus')
    expect(userDataFolder('darwin', {}, '/Users/a')).toBe('/Users/a/Library/Application Support/nidus')
    expect(userDataFolder('win32', { APPDATA: '/R' }, '/a')).toBe(join('/R', 'nidus'))
    expect(feedbackDatabasePath('/u')).toBe(join('/u', 'feedback', 'feedback.db'))
  })
})
