import type { ReaderSession, ReadingEventKind } from '../../contract/feedback'
import type { StudyVerdicts } from '../../contract/feedback-channels'
import { startSession } from '../reading/reader-sessions'
import { readingState, recordReading } from '../reading/record-reading'
import { findSession } from '../reading/reader-sessions'
import { unblind } from '../reading/unblind'
import type { FeedbackStore } from '../store/open-store'
import { seeStudy } from './see-study'
import type { StoreKeeper } from './store-keeper'

/** Names offered at the first verdict of a session. */
const mostRecentReaders = 8

/** Questions about who reads and how far. */
export const sessionQuestions = {
  async startSession(keeper: StoreKeeper, { reader }: { reader: string }): Promise<ReaderSession> {
    return startSession(await keeper.store(), reader)
  },

  async recentReaders(keeper: StoreKeeper, _: null): Promise<string[]> {
    const { database } = await keeper.store()
    return database
      .all(
        `SELECT reader, max(seq) AS latest FROM reader_sessions GROUP BY reader_key ORDER BY latest DESC LIMIT ?`,
        [mostRecentReaders]
      )
      .map((row) => String(row.reader))
  },

  /**
   * Notes how far a reading is. What says nothing new is not stored again: a study opened or revealed twice in a
   * session, one completed that is complete.
   */
  async recordReading(
    keeper: StoreKeeper,
    { sessionId, studyInstanceUid, event }: SessionStudy & { event: ReadingEventKind }
  ): Promise<StudyVerdicts> {
    const store = await keeper.store()
    if (saysSomethingNew(store, sessionId, studyInstanceUid, event)) {
      recordReading(store, sessionId, studyInstanceUid, event)
    }
    return seeStudy(store, sessionId, studyInstanceUid)
  },

  async seeStudy(keeper: StoreKeeper, { sessionId, studyInstanceUid }: SessionStudy): Promise<StudyVerdicts> {
    return seeStudy(await keeper.store(), sessionId, studyInstanceUid)
  },

  async unblind(
    keeper: StoreKeeper,
    { sessionId, studyInstanceUid, reason }: SessionStudy & { reason: string }
  ): Promise<StudyVerdicts> {
    const store = await keeper.store()
    unblind(store, sessionId, studyInstanceUid, reason)
    return seeStudy(store, sessionId, studyInstanceUid)
  }
}

/** A study as a session's reader reads it. */
export interface SessionStudy {
  sessionId: string
  studyInstanceUid: string
}

function saysSomethingNew(
  store: FeedbackStore,
  sessionId: string,
  studyInstanceUid: string,
  event: ReadingEventKind
): boolean {
  const { readerKey } = findSession(store, sessionId)
  const { completed } = readingState(store, readerKey, studyInstanceUid)
  if (event === 'completed') return !completed
  if (event === 'reopened') return completed
  const known = store.database.all(
    'SELECT 1 AS found FROM reading_events WHERE session_id = ? AND study_uid = ? AND event = ? LIMIT 1',
    [sessionId, studyInstanceUid, event]
  )
  return known.length === 0
}
