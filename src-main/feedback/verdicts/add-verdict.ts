import { randomUUID } from 'node:crypto'
import { NidusError } from '../../contract/errors'
import { verdictInputSchema, type Verdict, type VerdictInput } from '../../contract/feedback'
import { findSession } from '../reading/reader-sessions'
import { readingState } from '../reading/record-reading'
import { isBlind } from '../reading/unblind'
import type { FeedbackStore } from '../store/open-store'
import { currentOfSubject, findVerdict } from './query-verdicts'
import { subjectKey } from './subject-key'
import { verdictRow } from './verdict-row'

function write(
  store: FeedbackStore,
  sessionId: string,
  build: (
    id: string
  ) => Pick<Verdict, 'subjectKey' | 'supersedes'> & Omit<VerdictInput, 'kind'> & Pick<Verdict, 'kind'>
): Verdict {
  const session = findSession(store, sessionId)
  return store.write((append, recordedAt) => {
    const id = randomUUID()
    const fields = build(id)
    const study = fields.image.studyInstanceUid
    const verdict: Verdict = {
      ...fields,
      id,
      sessionId,
      recordedAt,
      appVersion: store.appVersion,
      beforeReveal: !readingState(store, session.readerKey, study).revealed,
      blind: isBlind(store, session.readerKey, study)
    }
    append.row('verdicts', verdictRow(verdict))
    return verdict
  })
}

/**
 * Stores a verdict. A second one of the same reader on the same finding, slice or study replaces the first, which
 * stays in the store. Whether it came before the heatmap was revealed, and while blind to others, is taken from
 * what the store knows, not from the caller.
 * @param replaces id of a drawn finding that this one redraws; other verdicts find what they replace by themselves
 * @throws NidusError `request-invalid` naming the first field at fault, `not-found`
 */
export function addVerdict(
  store: FeedbackStore,
  sessionId: string,
  input: VerdictInput,
  replaces: string | null = null
): Verdict {
  const parsed = verdictInputSchema.safeParse(input)
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    throw new NidusError('request-invalid', { reason: `${issue.path.join('.')}: ${issue.message}` })
  }
  const { readerKey } = findSession(store, sessionId)
  return write(store, sessionId, (id) => {
    const replaced = replaces === null ? null : ownCurrentVerdict(store, readerKey, replaces)
    const key = replaced?.subjectKey ?? subjectKey(parsed.data, id)
    const supersedes = replaced?.id ?? currentOfSubject(store, readerKey, key)?.id ?? null
    return { ...parsed.data, subjectKey: key, supersedes }
  })
}

/**
 * Takes a verdict back by a new row that supersedes it; what it had replaced does not come back.
 * @throws NidusError `not-found` when it is not a current verdict of the session's reader
 */
export function retractVerdict(store: FeedbackStore, sessionId: string, verdictId: string): Verdict {
  const { readerKey } = findSession(store, sessionId)
  return write(store, sessionId, () => {
    const { subjectKey, image } = ownCurrentVerdict(store, readerKey, verdictId)
    return {
      kind: 'retracted',
      reason: null,
      text: '',
      image,
      region: null,
      masks: [],
      drawing: null,
      analysis: null,
      subjectKey,
      supersedes: verdictId
    }
  })
}

/**
 * Undoes the reader's last word on a subject: the verdict before it is said again in a new row, or, where there was
 * none, the last one is retracted. Undoing an undo therefore brings the verdict back.
 * @throws NidusError `not-found` when `verdictId` is not the reader's last word on its subject
 */
export function undoVerdict(store: FeedbackStore, sessionId: string, verdictId: string): Verdict {
  const { readerKey } = findSession(store, sessionId)
  const last = findVerdict(store, verdictId)
  const earlier = last?.supersedes ? findVerdict(store, last.supersedes) : null
  const head = last && currentOfSubject(store, readerKey, last.subjectKey)
  if (!last || head?.id !== last.id) throw new NidusError('not-found', { reason: 'not the last verdict' })
  if (!earlier || earlier.kind === 'retracted') return retractVerdict(store, sessionId, verdictId)
  return write(store, sessionId, () => {
    const { kind, reason, text, image, region, masks, drawing, analysis, subjectKey } = earlier
    const fields = { kind, reason, text, image, region, masks, drawing, analysis, subjectKey }
    return { ...fields, supersedes: verdictId }
  })
}

/**
 * Brings a subject back to what the reader said of it at some time, in a new row: undo and redo over several steps.
 * @param verdictId the word that is to hold again; null or a retraction for none
 * @returns the row that now holds, which is the last one where there was nothing to do
 * @throws NidusError `not-found` where the reader has said nothing of the subject, or never that
 */
export function restoreVerdict(
  store: FeedbackStore,
  sessionId: string,
  subject: string,
  verdictId: string | null
): Verdict {
  const { readerKey } = findSession(store, sessionId)
  const head = currentOfSubject(store, readerKey, subject)
  const wanted = verdictId === null ? null : findVerdict(store, verdictId)
  const isOwn = wanted && findSession(store, wanted.sessionId).readerKey === readerKey
  if (!head || (verdictId !== null && (!isOwn || wanted.subjectKey !== subject))) {
    throw new NidusError('not-found', { reason: 'the reader has not said that' })
  }
  if (!wanted || wanted.kind === 'retracted') {
    return head.kind === 'retracted' ? head : retractVerdict(store, sessionId, head.id)
  }
  return write(store, sessionId, () => {
    const { kind, reason, text, image, region, masks, drawing, analysis, subjectKey } = wanted
    const fields = { kind, reason, text, image, region, masks, drawing, analysis, subjectKey }
    return { ...fields, supersedes: head.id }
  })
}

function ownCurrentVerdict(store: FeedbackStore, readerKey: string, verdictId: string): Verdict {
  const verdict = findVerdict(store, verdictId)
  const head = verdict && currentOfSubject(store, readerKey, verdict.subjectKey)
  if (!verdict || head?.id !== verdictId || verdict.kind === 'retracted') {
    throw new NidusError('not-found', { reason: 'no current verdict of this reader with that id' })
  }
  return verdict
}
