import type { ReadingProgress, SeenVerdict, StudyVerdicts } from '../../contract/feedback-channels'
import type { NamedVerdict } from '../../contract/feedback'
import { studyAgreement } from '../agreement/study-agreement'
import { findSession } from '../reading/reader-sessions'
import { readingState } from '../reading/record-reading'
import type { FeedbackStore } from '../store/open-store'
import { verdictsSeenBy } from '../verdicts/query-verdicts'

/** What the session's reader may see of a study: never the word of others before unblinding. */
export function seeStudy(store: FeedbackStore, sessionId: string, studyInstanceUid: string): StudyVerdicts {
  const { readerKey } = findSession(store, sessionId)
  const { verdicts, blind } = verdictsSeenBy(store, sessionId, studyInstanceUid)
  const reading: ReadingProgress = readingState(store, readerKey, studyInstanceUid)
  return {
    studyInstanceUid,
    verdicts: verdicts.map((verdict) => seen(verdict, readerKey)),
    blind,
    otherReaders: countOthers(store, readerKey, studyInstanceUid),
    reading,
    agreement: blind ? null : studyAgreement(store, studyInstanceUid)
  }
}

function countOthers(store: FeedbackStore, readerKey: string, studyInstanceUid: string): number {
  const [row] = store.database.all(
    `SELECT count(DISTINCT s.reader_key) AS readers FROM verdicts v JOIN reader_sessions s ON s.id = v.session_id
     WHERE v.study_uid = ? AND s.reader_key <> ?`,
    [studyInstanceUid, readerKey]
  )
  return Number(row.readers)
}

function seen(verdict: NamedVerdict, readerKey: string): SeenVerdict {
  const { image, analysis } = verdict
  return {
    id: verdict.id,
    subjectKey: verdict.subjectKey,
    kind: verdict.kind as SeenVerdict['kind'],
    reason: verdict.reason,
    text: verdict.text,
    reader: verdict.reader,
    mine: verdict.readerKey === readerKey,
    recordedAt: verdict.recordedAt,
    beforeReveal: verdict.beforeReveal,
    blind: verdict.blind,
    seriesInstanceUid: image.seriesInstanceUid,
    sopInstanceUid: image.sopInstanceUid,
    sliceIndex: image.sliceIndex,
    region: verdict.region,
    drawing: verdict.drawing,
    maskSlices: verdict.masks.map(({ sliceIndex }) => sliceIndex),
    map: analysis?.map ?? null,
    modelSha256: analysis?.model.sha256 ?? null,
    threshold: analysis?.threshold.value ?? null
  }
}
