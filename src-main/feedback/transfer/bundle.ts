import type {
  ReaderSession,
  ReadingEvent,
  ThresholdVersion,
  Unblinding,
  Verdict
} from '../../contract/feedback'
import { parseSession, sessionRow } from '../reading/reader-sessions'
import type { SqlRow } from '../store/open-database'
import type { FeedbackStore } from '../store/open-store'
import { thresholdHistory } from '../thresholds/threshold-versions'
import { parseVerdict, verdictRow } from '../verdicts/verdict-row'
import { readingEventSchema, unblindingSchema } from '../../contract/feedback'

/** All that leaves the store and can return. Threshold versions leave for the record only: approvals stay local. */
export interface FeedbackBundle {
  sessions: ReaderSession[]
  readings: ReadingEvent[]
  unblindings: Unblinding[]
  verdicts: Verdict[]
  thresholdVersions: ThresholdVersion[]
}

/** A reading event as a row of `reading_events`. */
export function readingRow(reading: ReadingEvent): SqlRow {
  return {
    id: reading.id,
    session_id: reading.sessionId,
    study_uid: reading.studyInstanceUid,
    event: reading.event,
    recorded_at: reading.recordedAt
  }
}

/** An unblinding as a row of `unblindings`. */
export function unblindingRow(unblinding: Unblinding): SqlRow {
  return {
    id: unblinding.id,
    session_id: unblinding.sessionId,
    study_uid: unblinding.studyInstanceUid,
    reason: unblinding.reason,
    recorded_at: unblinding.recordedAt
  }
}

const parseReading = (row: SqlRow): ReadingEvent =>
  readingEventSchema.parse({
    id: row.id,
    sessionId: row.session_id,
    studyInstanceUid: row.study_uid,
    event: row.event,
    recordedAt: row.recorded_at
  })

const parseUnblinding = (row: SqlRow): Unblinding =>
  unblindingSchema.parse({
    id: row.id,
    sessionId: row.session_id,
    studyInstanceUid: row.study_uid,
    reason: row.reason,
    recordedAt: row.recorded_at
  })

/** Tables that a bundle can be merged into, in the order of their references, with both directions. */
export const bundleTables = [
  { table: 'reader_sessions', field: 'sessions', toRow: sessionRow, fromRow: parseSession },
  { table: 'reading_events', field: 'readings', toRow: readingRow, fromRow: parseReading },
  { table: 'unblindings', field: 'unblindings', toRow: unblindingRow, fromRow: parseUnblinding },
  { table: 'verdicts', field: 'verdicts', toRow: verdictRow, fromRow: parseVerdict }
] as const

/**
 * Everything of a store, or of some studies or one reader: whole chains of verdicts, so that it can be merged
 * elsewhere.
 */
export function readBundle(
  store: FeedbackStore,
  filter: { studyInstanceUids?: readonly string[]; readerKey?: string } = {}
): FeedbackBundle {
  const { database } = store
  const sessions = database
    .all('SELECT * FROM reader_sessions ORDER BY seq')
    .map(parseSession)
    .filter(({ readerKey }) => filter.readerKey === undefined || readerKey === filter.readerKey)
  const sessionIds = new Set(sessions.map(({ id }) => id))
  const wanted = (row: SqlRow) =>
    sessionIds.has(String(row.session_id)) &&
    (filter.studyInstanceUids === undefined || filter.studyInstanceUids.includes(String(row.study_uid)))
  return {
    sessions,
    readings: database.all('SELECT * FROM reading_events ORDER BY seq').filter(wanted).map(parseReading),
    unblindings: database.all('SELECT * FROM unblindings ORDER BY seq').filter(wanted).map(parseUnblinding),
    verdicts: database.all('SELECT * FROM verdicts ORDER BY seq').filter(wanted).map(parseVerdict),
    thresholdVersions: thresholdHistory(store)
  }
}
