import { randomUUID } from 'node:crypto'
import { NidusError } from '../../contract/errors'
import { readerNameSchema, readerSessionSchema, type ReaderSession } from '../../contract/feedback'
import type { SqlRow } from '../store/open-database'
import type { FeedbackStore } from '../store/open-store'

/** The same for `A. Reader` and `a. reader`. */
export function readerKeyOf(reader: string): string {
  return reader.normalize('NFKC').toLowerCase()
}

/** A session as a row of `reader_sessions`. */
export function sessionRow(session: ReaderSession): SqlRow {
  return {
    id: session.id,
    reader: session.reader,
    reader_key: session.readerKey,
    started_at: session.startedAt,
    app_version: session.appVersion
  }
}

/** A row of `reader_sessions`, parsed. */
export function parseSession(row: SqlRow): ReaderSession {
  return readerSessionSchema.parse({
    id: row.id,
    reader: row.reader,
    readerKey: row.reader_key,
    startedAt: row.started_at,
    appVersion: row.app_version
  })
}

/**
 * Begins a session: the reader gives name or initials once, every verdict of the session carries them.
 * @throws NidusError `request-invalid` for an empty or overlong name
 */
export function startSession(store: FeedbackStore, reader: string): ReaderSession {
  const parsed = readerNameSchema.safeParse(reader)
  if (!parsed.success) throw new NidusError('request-invalid', { reason: 'reader name or initials' })
  return store.write((append, recordedAt) => {
    const session: ReaderSession = {
      id: randomUUID(),
      reader: parsed.data,
      readerKey: readerKeyOf(parsed.data),
      startedAt: recordedAt,
      appVersion: store.appVersion
    }
    append.row('reader_sessions', sessionRow(session))
    return session
  })
}

/** @throws NidusError `not-found` */
export function findSession(store: FeedbackStore, sessionId: string): ReaderSession {
  const [row] = store.database.all('SELECT * FROM reader_sessions WHERE id = ?', [sessionId])
  if (!row) throw new NidusError('not-found', { reason: 'no such reader session' })
  return parseSession(row)
}
