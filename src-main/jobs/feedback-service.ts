import { NidusError, toNidusError } from '../contract/errors'
import type { ReaderSession, ReadingEventKind } from '../contract/feedback'
import type {
  FeedbackState,
  StudyVerdicts,
  VerdictChange,
  VerdictRequest
} from '../contract/feedback-channels'
import type { Request } from '../contract/channels'
import type { AnswerTo, QuestionName, QuestionOf } from '../feedback/service/feedback-protocol'
import type { ImageOrigin } from '../image/dicom/read-origin'
import type { StudyRegistry } from '../study/study-registry'
import type { AnalysisService } from './analysis-service'
import { draftVerdict } from './draft-verdict'

/** Asks the process that keeps the store. */
export type AskFeedback = <N extends QuestionName>(name: N, argument: QuestionOf<N>) => Promise<AnswerTo<N>>

interface Needs {
  ask: AskFeedback
  studies: Pick<StudyRegistry, 'studyOf' | 'wholeSeries' | 'origin'>
  analyses: Pick<AnalysisService, 'analysisOf'>
  onState(state: FeedbackState): void
}

/**
 * Who reads, and what they say: between the window and the store. The store is opened when it is first asked for;
 * where it can not be, reading goes on without verdicts and the window says why.
 */
export class FeedbackService {
  private session: ReaderSession | null = null
  private current: FeedbackState = {
    status: 'starting',
    problem: null,
    warnings: [],
    session: null,
    recentReaders: []
  }
  private opening: Promise<FeedbackState> | null = null
  /** what happened to studies before anybody gave a name, in order */
  private early: { studyInstanceUid: string; event: ReadingEventKind }[] = []
  private readonly origins = new Map<string, Promise<ImageOrigin>>()

  constructor(private readonly needs: Needs) {}

  /** Opens the store at the first call, and again after a failure. Never throws. */
  state(): Promise<FeedbackState> {
    this.opening ??= this.open()
    return this.opening
  }

  /** Takes up the name of who reads from now on. @throws feedback-unavailable, request-invalid */
  async startSession(reader: string): Promise<FeedbackState> {
    const session = await this.needs.ask('startSession', { reader })
    this.session = session
    for (const { studyInstanceUid, event } of this.early.splice(0)) {
      await this.needs.ask('recordReading', { sessionId: session.id, studyInstanceUid, event })
    }
    const recentReaders = await this.needs.ask('recentReaders', null)
    return this.put({ session: { reader: session.reader, startedAt: session.startedAt }, recentReaders })
  }

  /** The reader leaves; the next verdict asks for a name again. */
  endSession(): FeedbackState {
    this.session = null
    this.early = []
    return this.put({ session: null })
  }

  /** Notes how far the reading of a study is; kept until somebody gives a name. @throws not-found */
  async recordReading({
    seriesId,
    event
  }: Request<'feedback:record-reading'>): Promise<StudyVerdicts | null> {
    const { studyInstanceUid } = this.needs.studies.studyOf(seriesId)
    if (this.session) {
      return this.needs.ask('recordReading', { sessionId: this.session.id, studyInstanceUid, event })
    }
    const known = this.early.some(
      (earlier) => earlier.studyInstanceUid === studyInstanceUid && earlier.event === event
    )
    if (!known) this.early.push({ studyInstanceUid, event })
    return null
  }

  /** What the reader may see of a study; null while nobody has given a name. @throws not-found */
  async study(seriesId: string): Promise<StudyVerdicts | null> {
    const { studyInstanceUid } = this.needs.studies.studyOf(seriesId)
    return this.session ? this.needs.ask('seeStudy', { sessionId: this.session.id, studyInstanceUid }) : null
  }

  /** Stores a verdict. @throws not-found, series-growing, request-invalid, map-unavailable, feedback-unavailable */
  async add(request: VerdictRequest): Promise<VerdictChange> {
    const { studies, analyses, ask } = this.needs
    const sessionId = this.sessionId()
    const { seriesId } = request
    const draft = await draftVerdict(request, {
      study: studies.studyOf(seriesId),
      series: studies.wholeSeries(seriesId),
      analysis: analyses.analysisOf(seriesId),
      origin: await this.originOf(seriesId),
      examine: (slice) => ask('examineSlice', slice)
    })
    const replaces = 'replaces' in request ? (request.replaces ?? null) : null
    return ask('addVerdict', { sessionId, draft, replaces })
  }

  /** Says a verdict again with another free text. */
  annotate({ verdictId, text }: Request<'feedback:annotate'>): Promise<VerdictChange> {
    return this.needs.ask('annotateVerdict', { sessionId: this.sessionId(), verdictId, text })
  }

  /** Brings a subject back to an earlier word of the reader, or to none. */
  sayAgain({ subjectKey, verdictId }: Request<'feedback:say-again'>): Promise<VerdictChange> {
    return this.needs.ask('restoreVerdict', { sessionId: this.sessionId(), subjectKey, verdictId })
  }

  /** Takes a verdict back. */
  retract({ verdictId }: Request<'feedback:retract'>): Promise<VerdictChange> {
    return this.needs.ask('retractVerdict', { sessionId: this.sessionId(), verdictId })
  }

  /** Shows the reader what others said about a study. @throws feedback-blinded */
  unblind({ seriesId, reason }: Request<'feedback:unblind'>): Promise<StudyVerdicts> {
    const { studyInstanceUid } = this.needs.studies.studyOf(seriesId)
    return this.needs.ask('unblind', { sessionId: this.sessionId(), studyInstanceUid, reason })
  }

  /** Puts a dated copy in place of the store. Whoever reads has to give a name again: the copy may not know them. */
  async restore(stamp: string): Promise<{ setAside: string | null; state: FeedbackState }> {
    const restored = await this.needs.ask('restore', { stamp })
    this.endSession()
    this.opening = null
    return { setAside: restored.setAside, state: await this.state() }
  }

  /** Name of who reads now; null where nobody has given one. */
  get reader(): string | null {
    return this.session?.reader ?? null
  }

  /** Forgets what was read about series that were closed. */
  forget(seriesIds: string[]): void {
    for (const seriesId of seriesIds) this.origins.delete(seriesId)
  }

  private async open(): Promise<FeedbackState> {
    try {
      const warnings = await this.needs.ask('open', null)
      const recentReaders = await this.needs.ask('recentReaders', null)
      return this.put({ status: 'ready', problem: null, warnings, recentReaders })
    } catch (thrown) {
      const { code, context } = toNidusError(thrown)
      this.opening = null
      return this.put({ status: 'failed', problem: { code, context } })
    }
  }

  private put(change: Partial<FeedbackState>): FeedbackState {
    this.current = { ...this.current, ...change }
    this.needs.onState(this.current)
    return this.current
  }

  private sessionId(): string {
    if (!this.session) throw new NidusError('request-invalid', { reason: 'nobody has given a name yet' })
    return this.session.id
  }

  private originOf(seriesId: string): Promise<ImageOrigin> {
    const known = this.origins.get(seriesId)
    if (known) return known
    const asked = this.needs.studies.origin(seriesId)
    this.origins.set(seriesId, asked)
    asked.catch(() => this.origins.delete(seriesId))
    return asked
  }
}
