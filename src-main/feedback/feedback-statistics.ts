import { withdrawnMethod } from '../calibration/site-threshold'
import { rejectReasons, verdictKinds } from '../contract/feedback'
import type { FeedbackSummary } from '../contract/feedback-channels'
import { readerAgreement, type ReaderAgreement } from './agreement/reader-agreement'
import type { FeedbackStore } from './store/open-store'
import { activeThreshold, thresholdHistory } from './thresholds/threshold-versions'
import { currentVerdicts } from './verdicts/query-verdicts'

type OfVerdicts = 'current' | 'stored' | 'byKind' | 'byReason'

/** Counts over the whole store. */
export interface FeedbackStatistics extends Omit<FeedbackSummary, OfVerdicts> {
  verdicts: Pick<FeedbackSummary, OfVerdicts>
  byModality: Record<string, number>
  byScanner: Record<string, number>
  agreement: ReaderAgreement
  thresholdsInUse: { thresholdId: string; version: string; map: string; value: number }[]
}

function tally(keys: readonly string[], known: readonly string[] = []): Record<string, number> {
  const counts: Record<string, number> = Object.fromEntries(known.map((key) => [key, 0]))
  for (const key of keys) counts[key] = (counts[key] ?? 0) + 1
  return counts
}

/** What the store holds, in numbers. */
export function feedbackStatistics(store: FeedbackStore): FeedbackStatistics {
  const current = currentVerdicts(store)
  const number = (sql: string) => Number(store.database.all(sql)[0].total)
  const inUse = thresholdHistory(store).filter(
    ({ id, scope, thresholdId, method }) =>
      method !== withdrawnMethod && activeThreshold(store, scope, thresholdId)?.id === id
  )
  return {
    verdicts: {
      current: current.length,
      stored: number('SELECT count(*) AS total FROM verdicts'),
      byKind: tally(
        current.map(({ kind }) => kind),
        verdictKinds.filter((kind) => kind !== 'retracted')
      ),
      byReason: tally(
        current.flatMap(({ reason }) => (reason ? [reason] : [])),
        rejectReasons
      )
    },
    studies: new Set(current.map(({ image }) => image.studyInstanceUid)).size,
    patients: new Set(current.map(({ image }) => image.patientKey)).size,
    studiesCompletelyRead: number(`
      SELECT count(DISTINCT e.study_uid) AS total FROM reading_events e
      JOIN reader_sessions s ON s.id = e.session_id
      WHERE e.event = 'completed' AND NOT EXISTS (
        SELECT 1 FROM reading_events l JOIN reader_sessions t ON t.id = l.session_id
        WHERE l.study_uid = e.study_uid AND t.reader_key = s.reader_key AND l.event IN ('completed', 'reopened')
        AND (l.recorded_at, l.seq) > (e.recorded_at, e.seq))`),
    beforeReveal: current.filter(({ beforeReveal }) => beforeReveal).length,
    byModality: tally(current.map(({ image }) => image.modality)),
    byScanner: tally(
      current.map(
        ({ image: { scanner } }) =>
          [scanner.manufacturer, scanner.model].filter(Boolean).join(' ') || 'unknown'
      )
    ),
    agreement: readerAgreement(store),
    thresholdsInUse: inUse.map(({ thresholdId, version, scope, value }) => ({
      thresholdId,
      version,
      map: scope.map,
      value
    }))
  }
}
