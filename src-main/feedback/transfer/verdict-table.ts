import { NidusError } from '../../contract/errors'
import type { SqlRow, SqlValue } from '../store/open-database'
import { verdictRow } from '../verdicts/verdict-row'
import { parseVerdict } from '../verdicts/verdict-row'
import { readerKeyOf, sessionRow } from '../reading/reader-sessions'
import { readingRow, unblindingRow, type FeedbackBundle } from './bundle'
import { encodeCsv, parseCsv } from './csv'

/** Columns of the store that hold numbers; empty cells are null except for `text` and `reason` of unblindings. */
const numeric = new Set([
  'before_reveal',
  'blind',
  'slice_index',
  'image_rows',
  'image_columns',
  'threshold_value'
])

function sessionColumns(bundle: FeedbackBundle, sessionId: SqlValue): SqlRow {
  const session = bundle.sessions.find(({ id }) => id === sessionId)
  if (!session) throw new NidusError('internal', { reason: 'verdict without its session' })
  const { reader, started_at, app_version } = sessionRow(session)
  return { reader, session_started_at: started_at, session_app_version: app_version }
}

function table(rows: SqlRow[], header: string[]): string {
  return encodeCsv(
    header,
    rows.map((row) => header.map((column) => row[column]))
  )
}

const sessionHeader = ['reader', 'session_started_at', 'session_app_version']
const readingHeader = ['id', 'session_id', 'study_uid', 'event', 'reason', 'recorded_at', ...sessionHeader]

/**
 * A bundle as two tables, both with one row an entry and everything needed to read them back: verdicts (the whole
 * history; JSON in the columns geometry, region, masks, drawing and slice_statistics), and reading events with
 * unblindings (event `unblinded`).
 */
export function toTables(bundle: FeedbackBundle): { verdicts: string; readings: string } {
  const verdicts = bundle.verdicts.map((verdict) => ({
    ...verdictRow(verdict),
    ...sessionColumns(bundle, verdict.sessionId)
  }))
  const events = [
    ...bundle.readings.map((reading) => ({ ...readingRow(reading), reason: null })),
    ...bundle.unblindings.map((unblinding) => ({ ...unblindingRow(unblinding), event: 'unblinded' }))
  ].map((row: SqlRow) => ({ ...row, ...sessionColumns(bundle, row.session_id) }))
  return {
    verdicts: table(verdicts, [...verdictColumns, ...sessionHeader]),
    readings: table(events, readingHeader)
  }
}

/** Columns of a verdict in the order of the table. */
const verdictColumns = [
  'id',
  'session_id',
  'kind',
  'reason',
  'text',
  'subject_key',
  'supersedes',
  'before_reveal',
  'blind',
  'recorded_at',
  'app_version',
  'patient_key',
  'study_uid',
  'series_uid',
  'sop_uid',
  'slice_index',
  'image_rows',
  'image_columns',
  'geometry',
  'modality',
  'scanner_manufacturer',
  'scanner_model',
  'scanner_protocol',
  'region',
  'masks',
  'drawing',
  'map',
  'threshold_id',
  'threshold_version',
  'threshold_value',
  'model_id',
  'model_version',
  'model_sha256',
  'preprocessing_version',
  'provider',
  'slice_statistics'
]

function sqlRow(record: Record<string, string>): SqlRow {
  return Object.fromEntries(
    Object.entries(record).map(([column, cell]) => {
      if (cell === '') return [column, column === 'text' ? '' : null]
      return [column, numeric.has(column) ? Number(cell) : cell]
    })
  )
}

/**
 * The inverse of {@link toTables}, for `mergeBundle`. Rows that are no verdict come out as they are, for the merge to
 * refuse them by id.
 * @throws NidusError `feedback-import-invalid` when a text is no such table
 */
export function fromTables(verdicts: string, readings: string | null): Record<string, unknown[]> {
  const verdictRecords = parseCsv(verdicts)
  const readingRecords = readings === null ? [] : parseCsv(readings)
  for (const [records, header] of [
    [verdictRecords, [...verdictColumns, ...sessionHeader]],
    [readingRecords, readingHeader]
  ] as const) {
    const missing = records.length > 0 && header.find((column) => !(column in records[0]))
    if (missing) throw new NidusError('feedback-import-invalid', { reason: `column ${missing} is missing` })
  }
  const sessions = new Map<string, unknown>()
  for (const record of [...verdictRecords, ...readingRecords]) {
    sessions.set(record.session_id, {
      id: record.session_id,
      reader: record.reader,
      readerKey: readerKeyOf(record.reader),
      startedAt: record.session_started_at,
      appVersion: record.session_app_version
    })
  }
  const shared = (record: Record<string, string>) => ({
    id: record.id,
    sessionId: record.session_id,
    studyInstanceUid: record.study_uid,
    recordedAt: record.recorded_at
  })
  return {
    sessions: [...sessions.values()],
    readings: readingRecords
      .filter(({ event }) => event !== 'unblinded')
      .map((record) => ({ ...shared(record), event: record.event })),
    unblindings: readingRecords
      .filter(({ event }) => event === 'unblinded')
      .map((record) => ({ ...shared(record), reason: record.reason })),
    verdicts: verdictRecords.map((record) => {
      try {
        return parseVerdict(sqlRow(record))
      } catch {
        // refused by the merge, under its id
        return { id: record.id }
      }
    })
  }
}
