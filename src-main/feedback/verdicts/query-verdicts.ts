import type { NamedVerdict, Verdict } from '../../contract/feedback'
import { isBlind } from '../reading/unblind'
import { findSession } from '../reading/reader-sessions'
import type { SqlRow, SqlValue } from '../store/open-database'
import type { FeedbackStore } from '../store/open-store'
import { parseVerdict } from './verdict-row'

/** Which verdicts are wanted; fields left out are not asked about. */
export interface VerdictFilter {
  studyInstanceUid?: string
  seriesInstanceUid?: string
  readerKey?: string
  modelSha256?: string
  map?: string
  modality?: string
  kind?: string
  /** UTC instants, both included */
  since?: string
  until?: string
}

const columns: [keyof VerdictFilter, string][] = [
  ['studyInstanceUid', 'v.study_uid = ?'],
  ['seriesInstanceUid', 'v.series_uid = ?'],
  ['readerKey', 's.reader_key = ?'],
  ['modelSha256', 'v.model_sha256 = ?'],
  ['map', 'v.map = ?'],
  ['modality', 'v.modality = ?'],
  ['kind', 'v.kind = ?'],
  ['since', 'v.recorded_at >= ?'],
  ['until', 'v.recorded_at <= ?']
]

function named(row: SqlRow): NamedVerdict {
  const { session_reader, session_reader_key, ...verdict } = row
  return { ...parseVerdict(verdict), reader: String(session_reader), readerKey: String(session_reader_key) }
}

/**
 * The last word of each reader on each subject, retractions included: not superseded, and where two branches were
 * merged from two machines, the later one.
 */
const lastWords = `
  SELECT v.*, s.reader AS session_reader, s.reader_key AS session_reader_key FROM verdicts v
  JOIN reader_sessions s ON s.id = v.session_id
  WHERE NOT EXISTS (SELECT 1 FROM verdicts n WHERE n.supersedes = v.id)
  AND NOT EXISTS (
    SELECT 1 FROM verdicts o JOIN reader_sessions t ON t.id = o.session_id
    WHERE o.subject_key = v.subject_key AND t.reader_key = s.reader_key AND o.id <> v.id
    AND NOT EXISTS (SELECT 1 FROM verdicts m WHERE m.supersedes = o.id)
    AND (o.recorded_at, o.id) > (v.recorded_at, v.id))`

function where(filter: VerdictFilter): { sql: string; values: SqlValue[] } {
  const asked = columns.filter(([field]) => filter[field] !== undefined)
  return {
    sql: asked.map(([, condition]) => ` AND ${condition}`).join(''),
    values: asked.map(([field]) => filter[field] as string)
  }
}

/**
 * The verdicts that hold now, of all readers, in the order in which they were given. For calibration, statistics
 * and export: nothing here keeps readers blind, so the window must ask {@link verdictsSeenBy}.
 */
export function currentVerdicts(store: FeedbackStore, filter: VerdictFilter = {}): NamedVerdict[] {
  const { sql, values } = where(filter)
  return store.database
    .all(`${lastWords} AND v.kind <> 'retracted'${sql} ORDER BY v.recorded_at, v.seq`, values)
    .map(named)
}

/** Every verdict ever given, replaced and retracted ones too, in the order in which they were stored. */
export function verdictHistory(store: FeedbackStore, filter: VerdictFilter = {}): NamedVerdict[] {
  const { sql, values } = where(filter)
  return store.database
    .all(
      `SELECT v.*, s.reader AS session_reader, s.reader_key AS session_reader_key FROM verdicts v
       JOIN reader_sessions s ON s.id = v.session_id WHERE 1 = 1${sql} ORDER BY v.seq`,
      values
    )
    .map(named)
}

/**
 * The current verdicts on a study that the session's reader may see: the own ones, and the others' once the reader
 * has unblinded the study.
 * @returns with `blind`, and whether there are verdicts of others that are held back
 */
export function verdictsSeenBy(
  store: FeedbackStore,
  sessionId: string,
  studyInstanceUid: string
): { verdicts: NamedVerdict[]; blind: boolean } {
  const { readerKey } = findSession(store, sessionId)
  const blind = isBlind(store, readerKey, studyInstanceUid)
  const filter = blind ? { studyInstanceUid, readerKey } : { studyInstanceUid }
  return { verdicts: currentVerdicts(store, filter), blind }
}

/** A verdict by its id, current or not; null when there is none. */
export function findVerdict(store: FeedbackStore, id: string): Verdict | null {
  const [row] = store.database.all('SELECT * FROM verdicts WHERE id = ?', [id])
  return row ? parseVerdict(row) : null
}

/** The reader's last word on a subject, which may be a retraction; null when there is none. */
export function currentOfSubject(
  store: FeedbackStore,
  readerKey: string,
  subjectKey: string
): NamedVerdict | null {
  const [row] = store.database.all(`${lastWords} AND v.subject_key = ? AND s.reader_key = ?`, [
    subjectKey,
    readerKey
  ])
  return row ? named(row) : null
}
