import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { answerFeedbackQuestion } from '../../../../../src-main/feedback/service/feedback-questions'
import type {
  AnswerTo,
  QuestionName,
  QuestionOf
} from '../../../../../src-main/feedback/service/feedback-protocol'
import { StoreKeeper } from '../../../../../src-main/feedback/service/store-keeper'
import { steppingClock, temporaryFolder } from '../temporary-store'
import { makeVerdict } from '../make-verdict'

const keepers: StoreKeeper[] = []
afterEach(async () => {
  for (const keeper of keepers.splice(0)) await keeper.close()
})

function openKeeper() {
  const path = join(temporaryFolder(), 'feedback.db')
  const keeper = new StoreKeeper({ path, now: steppingClock().now, appVersion: '1' })
  keepers.push(keeper)
  const ask = <N extends QuestionName>(name: N, argument: QuestionOf<N>): Promise<AnswerTo<N>> =>
    answerFeedbackQuestion(keeper, name, argument) as Promise<AnswerTo<N>>
  return { keeper, ask }
}

const { image, ...rest } = makeVerdict()
const draft = { ...rest, image, patientId: 'PID 1' }
const studyInstanceUid = image.studyInstanceUid

describe('questions to the store', () => {
  it('go back over several steps and forward again', async () => {
    const { ask } = openKeeper()
    const { id: sessionId } = await ask('startSession', { reader: 'A' })
    const first = await ask('addVerdict', { sessionId, draft, replaces: null })
    const second = await ask('annotateVerdict', { sessionId, verdictId: first.after!, text: 'edge' })
    const { subjectKey } = first
    expect([first.before, second.before]).toEqual([null, first.after])
    const sayAgain = async (verdictId: string | null) =>
      (await ask('restoreVerdict', { sessionId, subjectKey, verdictId })).study.verdicts.map(
        ({ kind, text }) => `${kind} ${text}`
      )
    expect(await sayAgain(second.before)).toEqual(['confirm '])
    expect(await sayAgain(first.before)).toEqual([])
    expect(await sayAgain(first.after)).toEqual(['confirm '])
    expect(await sayAgain(second.after)).toEqual(['confirm edge'])
    // nothing was changed or removed on the way
    expect(await ask('verify', null)).toMatchObject({ ok: true, faults: [] })
  })

  it('let nobody say again what another reader said', async () => {
    const { ask } = openKeeper()
    const a = await ask('startSession', { reader: 'A' })
    const said = await ask('addVerdict', { sessionId: a.id, draft, replaces: null })
    const b = await ask('startSession', { reader: 'B' })
    const own = await ask('addVerdict', { sessionId: b.id, draft, replaces: null })
    await expect(
      ask('restoreVerdict', { sessionId: b.id, subjectKey: own.subjectKey, verdictId: said.after })
    ).rejects.toMatchObject({ code: 'not-found' })
  })

  it('show a reader nothing of the others but their number', async () => {
    const { ask } = openKeeper()
    const a = await ask('startSession', { reader: 'A' })
    await ask('addVerdict', { sessionId: a.id, draft, replaces: null })
    const b = await ask('startSession', { reader: 'B' })
    expect(await ask('seeStudy', { sessionId: b.id, studyInstanceUid })).toMatchObject({
      verdicts: [],
      blind: true,
      otherReaders: 1,
      agreement: null
    })
    // not before the own reading is complete
    const unblinding = { sessionId: b.id, studyInstanceUid, reason: 'consensus' }
    await expect(ask('unblind', unblinding)).rejects.toMatchObject({ code: 'feedback-blinded' })
    await ask('recordReading', { sessionId: b.id, studyInstanceUid, event: 'completed' })
    const seen = await ask('unblind', unblinding)
    expect(seen.verdicts.map(({ reader, mine }) => [reader, mine])).toEqual([['A', false]])
    // A has not completed the study: no agreement with what may still change
    expect(seen.agreement).toMatchObject({ pairs: [], stillReading: ['A'] })
  })

  it('store how far a reading is once, however often it is said', async () => {
    const { keeper, ask } = openKeeper()
    const { id: sessionId } = await ask('startSession', { reader: 'A' })
    const events = ['opened', 'opened', 'reopened', 'revealed', 'revealed', 'completed', 'completed'] as const
    for (const event of events) await ask('recordReading', { sessionId, studyInstanceUid, event })
    await ask('recordReading', { sessionId, studyInstanceUid, event: 'reopened' })
    const { database } = await keeper.store()
    expect(database.all('SELECT event FROM reading_events ORDER BY seq').map(({ event }) => event)).toEqual([
      'opened',
      'revealed',
      'completed',
      'reopened'
    ])
  })

  it('keep no patient ID, and group by it all the same', async () => {
    const { keeper, ask } = openKeeper()
    const { id: sessionId } = await ask('startSession', { reader: 'A' })
    await ask('addVerdict', { sessionId, draft, replaces: null })
    const other = { ...draft, image: { ...image, studyInstanceUid: '1.2.9', seriesInstanceUid: '1.2.9.1' } }
    await ask('addVerdict', { sessionId, draft: other, replaces: null })
    const { database } = await keeper.store()
    const keys = database.all('SELECT patient_key FROM verdicts').map((row) => row.patient_key)
    expect(new Set(keys).size).toBe(1)
    expect(JSON.stringify(database.all('SELECT * FROM verdicts'))).not.toContain('PID 1')
  })

  it('put a copy in place, and go on with the old store where the copy is unknown', async () => {
    const { ask } = openKeeper()
    const { id: sessionId } = await ask('startSession', { reader: 'A' })
    const [copy] = await ask('backUp', null)
    await ask('addVerdict', { sessionId, draft, replaces: null })
    await expect(ask('restore', { stamp: '2000-01-01T00-00-00-000Z' })).rejects.toMatchObject({
      code: 'not-found'
    })
    expect(await ask('summarise', null)).toMatchObject({ current: 1 })
    expect((await ask('restore', { stamp: copy.stamp })).setAside).not.toBeNull()
    expect(await ask('summarise', null)).toMatchObject({ current: 0 })
    expect(await ask('verify', null)).toMatchObject({ ok: true })
  })

  it('refuse names that are no questions', async () => {
    const { keeper } = openKeeper()
    for (const name of ['toString', '__proto__', 'drop']) {
      await expect(answerFeedbackQuestion(keeper, name, null)).rejects.toMatchObject({ code: 'internal' })
    }
  })
})
