import { describe, expect, it } from 'vitest'
import { recordReading, readingState } from '../../../../../src-main/feedback/reading/record-reading'
import { startSession } from '../../../../../src-main/feedback/reading/reader-sessions'
import { unblind } from '../../../../../src-main/feedback/reading/unblind'
import {
  addVerdict,
  retractVerdict,
  undoVerdict
} from '../../../../../src-main/feedback/verdicts/add-verdict'
import {
  currentVerdicts,
  verdictHistory,
  verdictsSeenBy
} from '../../../../../src-main/feedback/verdicts/query-verdicts'
import { makeImage, makeRejection, makeVerdict } from '../make-verdict'
import { temporaryStore } from '../temporary-store'

const study = makeImage().studyInstanceUid

describe('addVerdict', () => {
  it('replaces the reader’s earlier word on the same finding and keeps it in the history', async () => {
    const store = await temporaryStore()
    const a = startSession(store, 'A').id
    const first = addVerdict(store, a, makeVerdict())
    // another threshold draws another outline around the same peak
    const base = makeVerdict()
    const second = addVerdict(store, a, {
      ...base,
      kind: 'reject',
      reason: 'wrong-place',
      region: { ...base.region!, bbox: [2, 1, 2, 2], areaPx: 4 }
    })
    expect(second.supersedes).toBe(first.id)
    expect(currentVerdicts(store).map(({ id }) => id)).toEqual([second.id])
    expect(verdictHistory(store).map(({ kind }) => kind)).toEqual(['confirm', 'reject'])
  })

  it('keeps readers, findings, models and kinds of subject apart', async () => {
    const store = await temporaryStore()
    const a = startSession(store, 'A').id
    const b = startSession(store, 'B').id
    const base = makeVerdict()
    addVerdict(store, a, base)
    addVerdict(store, b, base)
    addVerdict(store, a, makeRejection([9, 7]))
    const otherModel = { ...base.analysis!.model, sha256: '12'.repeat(32) }
    addVerdict(store, a, { ...base, analysis: { ...base.analysis!, model: otherModel } })
    addVerdict(store, a, { ...base, kind: 'missed' })
    addVerdict(store, a, { ...base, kind: 'missed' })
    const normal = { region: null, masks: [], analysis: null }
    addVerdict(store, a, { ...base, ...normal, kind: 'slice-normal' })
    addVerdict(store, a, { ...base, ...normal, kind: 'study-normal' })
    expect(currentVerdicts(store)).toHaveLength(8)
    // the same person in another session
    addVerdict(store, startSession(store, 'a').id, { ...base, kind: 'unsure' })
    expect(currentVerdicts(store)).toHaveLength(8)
    expect(currentVerdicts(store, { readerKey: 'b' }).map(({ kind }) => kind)).toEqual(['confirm'])
  })

  it('redraws a missed finding', async () => {
    const store = await temporaryStore()
    const a = startSession(store, 'A').id
    const drawing = {
      tool: 'ellipse' as const,
      centre: [3, 3] as [number, number],
      radii: [2, 1] as [number, number],
      angleRad: 0
    }
    const first = addVerdict(store, a, { ...makeVerdict(), kind: 'missed', drawing })
    const second = addVerdict(store, a, { ...makeVerdict(), kind: 'missed', drawing }, first.id)
    expect(second.subjectKey).toBe(first.subjectKey)
    expect(currentVerdicts(store).map(({ id }) => id)).toEqual([second.id])
    const b = startSession(store, 'B').id
    expect(() => addVerdict(store, b, { ...makeVerdict(), kind: 'missed' }, second.id)).toThrow(
      'no current verdict'
    )
  })

  it('undoes and redoes by new rows only', async () => {
    const store = await temporaryStore()
    const a = startSession(store, 'A').id
    const confirm = addVerdict(store, a, makeVerdict())
    const undone = undoVerdict(store, a, confirm.id)
    expect([undone.kind, undone.supersedes, currentVerdicts(store)]).toEqual(['retracted', confirm.id, []])
    const redone = undoVerdict(store, a, undone.id)
    expect(redone.kind).toBe('confirm')
    const unsure = addVerdict(store, a, makeVerdict({ kind: 'unsure' }))
    const back = undoVerdict(store, a, unsure.id)
    expect([back.kind, back.region, back.masks]).toEqual(['confirm', confirm.region, confirm.masks])
    retractVerdict(store, a, back.id)
    expect(currentVerdicts(store)).toEqual([])
    expect(verdictHistory(store)).toHaveLength(6)
    expect(() => undoVerdict(store, a, confirm.id)).toThrow(expect.objectContaining({ code: 'not-found' }))
    expect(store.verify().ok).toBe(true)
  })

  it('refuses incoherent verdicts', async () => {
    const store = await temporaryStore()
    const a = startSession(store, 'A').id
    const base = makeVerdict()
    for (const bad of [
      { ...base, kind: 'reject' as const },
      { ...base, reason: 'artefact' as const },
      { ...base, region: null },
      { ...base, analysis: null },
      { ...base, kind: 'missed' as const, masks: [] },
      { ...base, image: makeImage({ sliceIndex: null }) },
      { ...base, image: makeImage({ rows: 9 }) },
      { ...base, text: 'cut\0here' },
      { ...base, kind: 'retracted' as never },
      { ...base, image: makeImage({ patientKey: 'Doe^Jane' }) }
    ]) {
      expect(() => addVerdict(store, a, bad)).toThrow(expect.objectContaining({ code: 'request-invalid' }))
    }
    expect(() => addVerdict(store, 'no-session', base)).toThrow(
      expect.objectContaining({ code: 'not-found' })
    )
    expect(verdictHistory(store)).toEqual([])
  })
})

describe('reading and blinding', () => {
  it('knows from the store whether a verdict came before the heatmap', async () => {
    const store = await temporaryStore()
    const a = startSession(store, 'A').id
    recordReading(store, a, study, 'opened')
    expect(addVerdict(store, a, makeVerdict({ kind: 'missed' })).beforeReveal).toBe(true)
    recordReading(store, a, study, 'revealed')
    expect(addVerdict(store, a, makeVerdict()).beforeReveal).toBe(false)
    // also in a later session of the same reader; another reader has not seen it
    expect(addVerdict(store, startSession(store, 'A').id, makeRejection([1, 1])).beforeReveal).toBe(false)
    expect(addVerdict(store, startSession(store, 'B').id, makeRejection([1, 1])).beforeReveal).toBe(true)
    expect(readingState(store, 'a', study)).toEqual({
      opened: true,
      revealed: true,
      completed: false,
      firstReadBeforeReveal: true
    })
  })

  it('says that the heatmap came first', async () => {
    const store = await temporaryStore()
    const a = startSession(store, 'A').id
    recordReading(store, a, study, 'revealed')
    expect(readingState(store, 'a', study).firstReadBeforeReveal).toBe(null)
    recordReading(store, a, study, 'completed')
    expect(readingState(store, 'a', study).firstReadBeforeReveal).toBe(false)
    recordReading(store, a, study, 'reopened')
    expect(readingState(store, 'a', study).completed).toBe(false)
  })

  it('hides other readers until the own reading is complete and unblinded', async () => {
    const store = await temporaryStore()
    const [a, b] = [startSession(store, 'A').id, startSession(store, 'B').id]
    addVerdict(store, a, makeVerdict())
    addVerdict(store, b, makeRejection([3, 2]))
    expect(verdictsSeenBy(store, a, study).verdicts.map(({ reader }) => reader)).toEqual(['A'])
    expect(() => unblind(store, a, study, '')).toThrow(expect.objectContaining({ code: 'feedback-blinded' }))
    recordReading(store, a, study, 'completed')
    expect(verdictsSeenBy(store, a, study).blind).toBe(true)
    unblind(store, a, study, 'consensus')
    expect(verdictsSeenBy(store, a, study).verdicts.map(({ reader }) => reader)).toEqual(['A', 'B'])
    // B has not unblinded, nor has A on another study
    expect(verdictsSeenBy(store, b, study)).toMatchObject({ blind: true, verdicts: [{ reader: 'B' }] })
    expect(verdictsSeenBy(store, a, '1.2.826.2').blind).toBe(true)
    expect(addVerdict(store, a, makeRejection([0, 0])).blind).toBe(false)
    expect(addVerdict(store, b, makeRejection([0, 0])).blind).toBe(true)
  })
})
