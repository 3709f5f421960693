import { NidusError } from '../../contract/errors'
import type { ImageFacts, Verdict, VerdictInput } from '../../contract/feedback'
import type { VerdictChange } from '../../contract/feedback-channels'
import type { FeedbackStore } from '../store/open-store'
import { addVerdict, restoreVerdict, retractVerdict } from '../verdicts/add-verdict'
import { findVerdict } from '../verdicts/query-verdicts'
import { examineSlice, type ExaminedSlice, type SliceExamination } from './examine-slice'
import { seeStudy } from './see-study'
import type { StoreKeeper } from './store-keeper'

/** A verdict before the store has made the key of its patient. */
export interface VerdictDraft extends Omit<VerdictInput, 'image'> {
  image: Omit<ImageFacts, 'patientKey'>
  /** Patient ID with its issuer; hashed with the store's secret and forgotten */
  patientId: string | null
}

interface OfVerdict {
  sessionId: string
  verdictId: string
}

/** Questions that add rows to the verdicts. */
export const verdictQuestions = {
  async examineSlice(_: StoreKeeper, slice: ExaminedSlice): Promise<SliceExamination> {
    return examineSlice(slice)
  },

  async addVerdict(
    keeper: StoreKeeper,
    { sessionId, draft, replaces }: { sessionId: string; draft: VerdictDraft; replaces: string | null }
  ): Promise<VerdictChange> {
    const store = await keeper.store()
    const { patientId, image, ...rest } = draft
    const patientKey = store.patientKey(patientId, image.studyInstanceUid)
    const input: VerdictInput = { ...rest, image: { ...image, patientKey } }
    return change(store, sessionId, addVerdict(store, sessionId, input, replaces))
  },

  /** Says a verdict again with another free text. */
  async annotateVerdict(
    keeper: StoreKeeper,
    { sessionId, verdictId, text }: OfVerdict & { text: string }
  ): Promise<VerdictChange> {
    const store = await keeper.store()
    const known = findVerdict(store, verdictId)
    if (!known || known.kind === 'retracted') {
      throw new NidusError('not-found', { reason: 'there is no such verdict' })
    }
    const { kind, reason, image, region, masks, drawing, analysis } = known
    const input: VerdictInput = { kind, reason, text, image, region, masks, drawing, analysis }
    return change(store, sessionId, addVerdict(store, sessionId, input, verdictId))
  },

  /** Brings a subject back to an earlier word of the reader, or to none. */
  async restoreVerdict(
    keeper: StoreKeeper,
    { sessionId, subjectKey, verdictId }: { sessionId: string; subjectKey: string; verdictId: string | null }
  ): Promise<VerdictChange> {
    const store = await keeper.store()
    return change(store, sessionId, restoreVerdict(store, sessionId, subjectKey, verdictId))
  },

  async retractVerdict(keeper: StoreKeeper, { sessionId, verdictId }: OfVerdict): Promise<VerdictChange> {
    const store = await keeper.store()
    return change(store, sessionId, retractVerdict(store, sessionId, verdictId))
  }
}

function change(store: FeedbackStore, sessionId: string, verdict: Verdict): VerdictChange {
  const { id, kind, subjectKey, supersedes, image } = verdict
  const before = supersedes === null ? null : findVerdict(store, supersedes)
  return {
    subjectKey,
    before: before && before.kind !== 'retracted' ? before.id : null,
    after: kind === 'retracted' ? null : id,
    study: seeStudy(store, sessionId, image.studyInstanceUid)
  }
}
