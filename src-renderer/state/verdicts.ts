import { create } from 'zustand'
import type { ReadingEventKind } from '../../src-main/contract/feedback'
import type {
  FeedbackState,
  StudyVerdicts,
  VerdictChange,
  VerdictRequest
} from '../../src-main/contract/feedback-channels'
import { describeError, describeThrown } from '../api/describe-error'
import { nidus, unwrap } from '../api/nidus'
import { useApp } from './engine'
import { pushStep, useHistory } from './history'
import { tell } from './notices'
import { useReveals } from './reveal'
import { useStudies } from './studies'

interface Verdicts {
  feedback: FeedbackState
  /** by Study Instance UID: what the reader may see */
  byStudy: Record<string, StudyVerdicts>
  /** what waits for the reader to give a name */
  waiting: (() => void) | null
}

/** Who reads, and what they have said. */
export const useVerdicts = create<Verdicts>(() => ({
  feedback: { status: 'starting', problem: null, warnings: [], session: null, recentReaders: [] },
  byStudy: {},
  waiting: null
}))

/** Label under which verdicts stand in the history of steps. */
export const verdictStep = 'verdict'

let turn: Promise<unknown> = Promise.resolve()
let lastReader: string | null = null

/** Opens the store in main, off the way to the first image. A store that fails is told of; reading goes on. */
export async function loadFeedback(): Promise<void> {
  try {
    takeFeedbackState(await unwrap(nidus.feedbackState()))
  } catch (thrown) {
    tell('error', describeThrown(thrown))
  }
}

/** Takes over what main says of the store. */
export function takeFeedbackState(feedback: FeedbackState): void {
  useVerdicts.setState({ feedback })
}

/** Asks main what the reader may see of the study of a series. */
export async function refreshVerdicts(seriesId: string): Promise<void> {
  const answer = await nidus.studyVerdicts({ seriesId })
  if (answer.ok && answer.value) put(answer.value)
}

/**
 * Notes how far the study of a series is read: opened, revealed, completed, reopened. Kept in main until somebody gives
 * a name; saying it twice is said once.
 */
export function recordReading(seriesId: string, event: ReadingEventKind): Promise<void> {
  return inTurn(async () => {
    if (useVerdicts.getState().feedback.status === 'failed') return
    const study = await unwrap(nidus.recordReading({ seriesId, event }))
    if (study) put(study)
  })
}

/** Series whose heatmap this reader has seen, so that it is not said again with every slice. */
const revealed = new Set<string>()

/** Notes that what the model says of a series is on the screen. */
export function recordReveal(seriesId: string): void {
  if (revealed.has(seriesId)) return
  revealed.add(seriesId)
  void recordReading(seriesId, 'revealed')
}

/** Takes up a reader: what others said is forgotten first, for they may be blind to it. */
export async function startReader(reader: string): Promise<void> {
  const feedback = await unwrap(nidus.startSession({ reader }))
  // what the one before has seen, the next one has not
  if (reader !== lastReader && lastReader !== null) useReveals.setState({ revealed: {} })
  lastReader = reader
  forgetReader()
  takeFeedbackState(feedback)
  const { seriesId } = useStudies.getState()
  if (seriesId) {
    await recordReading(seriesId, 'opened')
    await refreshVerdicts(seriesId)
  }
  const { waiting } = useVerdicts.getState()
  useVerdicts.setState({ waiting: null })
  waiting?.()
}

/** The reader leaves. */
export async function endReader(): Promise<void> {
  const feedback = await unwrap(nidus.endSession())
  forgetReader()
  useVerdicts.setState({ waiting: null })
  takeFeedbackState(feedback)
}

/** Runs `work` at once where a reader has given a name, else after they have. */
export function withReader(work: () => void): void {
  const { feedback } = useVerdicts.getState()
  if (feedback.status === 'failed') {
    const { code, context } = feedback.problem ?? { code: 'feedback-unavailable', context: {} }
    tell('error', describeError(code, context))
    return
  }
  if (feedback.session) return work()
  useVerdicts.setState({ waiting: work })
  useApp.setState({ sheet: 'reader' })
}

/**
 * Gives a verdict, after asking for the reader's name where nobody has given one. It can be undone.
 * @param contradicted verdicts of the reader that can not stand beside it: taken back with it, and undone with it
 */
export function giveVerdict(request: VerdictRequest, contradicted: readonly string[] = []): void {
  const { seriesId } = request
  change(seriesId, [
    ...contradicted.map((verdictId) => () => unwrap(nidus.retractVerdict({ seriesId, verdictId }))),
    () => unwrap(nidus.addVerdict(request))
  ])
}

/** Takes a verdict back. It can be undone. */
export function takeBackVerdict(seriesId: string, verdictId: string): void {
  change(seriesId, [() => unwrap(nidus.retractVerdict({ seriesId, verdictId }))])
}

/** Replaces the free text of a verdict. It can be undone. */
export function annotateVerdict(seriesId: string, verdictId: string, text: string): void {
  change(seriesId, [() => unwrap(nidus.annotateVerdict({ seriesId, verdictId, text }))])
}

/** Shows what others said about the study of a series, for good. Throws what main refuses. */
export async function unblindStudy(seriesId: string, reason: string): Promise<void> {
  put(await unwrap(nidus.unblindStudy({ seriesId, reason })))
}

/** What the reader may see of a study; null until main has answered, and while nobody reads. */
export function useStudyVerdicts(studyInstanceUid: string | undefined): StudyVerdicts | null {
  return useVerdicts((state) => (studyInstanceUid && state.byStudy[studyInstanceUid]) || null)
}

function change(seriesId: string, makes: (() => Promise<VerdictChange>)[]): void {
  withReader(() => void inTurn(() => changeNow(seriesId, makes)))
}

async function changeNow(seriesId: string, makes: (() => Promise<VerdictChange>)[]): Promise<void> {
  const made: VerdictChange[] = []
  try {
    for (const make of makes) made.push(take(await make()))
  } finally {
    const sayAgain = async ({ subjectKey }: VerdictChange, verdictId: string | null): Promise<void> => {
      take(await unwrap(nidus.sayAgain({ seriesId, subjectKey, verdictId })))
    }
    if (made.length > 0) {
      pushStep({
        label: verdictStep,
        undo: async () => {
          for (const one of [...made].reverse()) await sayAgain(one, one.before)
        },
        redo: async () => {
          for (const one of made) await sayAgain(one, one.after)
        }
      })
    }
  }
}

function take(change: VerdictChange): VerdictChange {
  put(change.study)
  return change
}

function put(study: StudyVerdicts): void {
  useVerdicts.setState(({ byStudy }) => ({ byStudy: { ...byStudy, [study.studyInstanceUid]: study } }))
}

function forgetReader(): void {
  useVerdicts.setState({ byStudy: {} })
  revealed.clear()
  // the next reader can not undo what this one said
  const others = <T extends { label: string }>(steps: readonly T[]): T[] =>
    steps.filter(({ label }) => label !== verdictStep)
  useHistory.setState(({ done, undone }) => ({ done: others(done), undone: others(undone) }))
}

/** One after the other, and told of where it fails. */
function inTurn(work: () => Promise<void>): Promise<void> {
  const run = turn.then(work).catch((thrown: unknown) => tell('error', describeThrown(thrown)))
  turn = run
  return run
}
