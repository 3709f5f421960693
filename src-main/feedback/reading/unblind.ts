import { randomUUID } from 'node:crypto'
import { NidusError } from '../../contract/errors'
import { unblindingSchema, type Unblinding } from '../../contract/feedback'
import type { FeedbackStore } from '../store/open-store'
import { readingState } from './record-reading'
import { findSession } from './reader-sessions'

/** Whether a reader may not yet see what others said about a study. */
export function isBlind(store: FeedbackStore, readerKey: string, studyInstanceUid: string): boolean {
  const found = store.database.all(
    `SELECT 1 AS found FROM unblindings u JOIN reader_sessions s ON s.id = u.session_id
     WHERE s.reader_key = ? AND u.study_uid = ? LIMIT 1`,
    [readerKey, studyInstanceUid]
  )
  return found.length === 0
}

/**
 * Lets the session's reader see the other readers' verdicts on a study. Only after the own reading is complete;
 * there is no way back, and verdicts given from then on count as not blind.
 * @throws NidusError `feedback-blinded` before the reading is complete, `request-invalid`, `not-found`
 */
export function unblind(
  store: FeedbackStore,
  sessionId: string,
  studyInstanceUid: string,
  reason: string
): Unblinding {
  const { readerKey } = findSession(store, sessionId)
  if (!readingState(store, readerKey, studyInstanceUid).completed) {
    throw new NidusError('feedback-blinded', { reason: 'complete your own reading first' })
  }
  return store.write((append, recordedAt) => {
    const parsed = unblindingSchema.safeParse({
      id: randomUUID(),
      sessionId,
      studyInstanceUid,
      reason,
      recordedAt
    })
    if (!parsed.success) throw new NidusError('request-invalid', { reason: 'unblinding' })
    append.row('unblindings', {
      id: parsed.data.id,
      session_id: sessionId,
      study_uid: studyInstanceUid,
      reason,
      recorded_at: recordedAt
    })
    return parsed.data
  })
}
