import { randomUUID } from 'node:crypto'
import type { ReadingEvent, ReadingEventKind } from '../../contract/feedback'
import type { FeedbackStore } from '../store/open-store'
import { findSession } from './reader-sessions'

/** How far a reader is with a study, over all of the reader's sessions. */
export interface ReadingState {
  opened: boolean
  /** the heatmap has been shown to the reader at least once */
  revealed: boolean
  /** every slice has been read: only such studies can say anything about sensitivity */
  completed: boolean
  /** a completed reading whose first look came before the heatmap: some verdict or `completed` precedes `revealed` */
  firstReadBeforeReveal: boolean | null
}

/** Notes that a study was opened, its heatmap revealed, or its reading completed or taken up again. */
export function recordReading(
  store: FeedbackStore,
  sessionId: string,
  studyInstanceUid: string,
  event: ReadingEventKind
): ReadingEvent {
  findSession(store, sessionId)
  return store.write((append, recordedAt) => {
    const reading: ReadingEvent = { id: randomUUID(), sessionId, studyInstanceUid, event, recordedAt }
    append.row('reading_events', {
      id: reading.id,
      session_id: sessionId,
      study_uid: studyInstanceUid,
      event,
      recorded_at: recordedAt
    })
    return reading
  })
}

/** The state of a reader's reading of a study. */
export function readingState(
  store: FeedbackStore,
  readerKey: string,
  studyInstanceUid: string
): ReadingState {
  const events = store.database
    .all(
      `SELECT e.event, e.recorded_at FROM reading_events e JOIN reader_sessions s ON s.id = e.session_id
       WHERE s.reader_key = ? AND e.study_uid = ? ORDER BY e.recorded_at, e.seq`,
      [readerKey, studyInstanceUid]
    )
    .map((row) => ({ event: String(row.event), at: String(row.recorded_at) }))
  const revealedAt = events.find(({ event }) => event === 'revealed')?.at ?? null
  const completions = events.filter(({ event }) => event === 'completed' || event === 'reopened')
  const completed = completions.length > 0 && completions[completions.length - 1].event === 'completed'
  const firstVerdict = store.database.all(
    `SELECT v.before_reveal FROM verdicts v JOIN reader_sessions s ON s.id = v.session_id
     WHERE s.reader_key = ? AND v.study_uid = ? ORDER BY v.recorded_at, v.seq LIMIT 1`,
    [readerKey, studyInstanceUid]
  )[0]
  const completedFirst = completions.length > 0 && (revealedAt === null || completions[0].at < revealedAt)
  const firstLook = firstVerdict ? firstVerdict.before_reveal === 1 || completedFirst : completedFirst
  return {
    opened: events.length > 0,
    revealed: revealedAt !== null,
    completed,
    firstReadBeforeReveal: firstVerdict || completions.length > 0 ? firstLook : null
  }
}
