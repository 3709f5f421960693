import type { ExportFormat } from '../contract/feedback-channels'
import type { AskFeedback, FeedbackService } from '../jobs/feedback-service'
import type { StudyRegistry } from '../study/study-registry'
import type { Handle } from './handle'

export interface FeedbackServices {
  feedback: Pick<
    FeedbackService,
    | 'state'
    | 'startSession'
    | 'endSession'
    | 'recordReading'
    | 'study'
    | 'add'
    | 'annotate'
    | 'sayAgain'
    | 'retract'
    | 'unblind'
    | 'restore'
    | 'reader'
  >
  askFeedback: AskFeedback
  studies: Pick<StudyRegistry, 'list'>
  /** null where the person closed the dialog */
  chooseExportPlace(format: ExportFormat): Promise<string | null>
  chooseImport(what: 'files' | 'folder'): Promise<string[] | null>
}

/** Registers the channels for verdicts and for the store that keeps them. */
export function registerFeedbackHandlers(handle: Handle, services: FeedbackServices): void {
  const { feedback, askFeedback, studies } = services
  handle('feedback:state', () => feedback.state())
  handle('feedback:start-session', ({ reader }) => feedback.startSession(reader))
  handle('feedback:end-session', () => feedback.endSession())
  handle('feedback:record-reading', (request) => feedback.recordReading(request))
  handle('feedback:study', ({ seriesId }) => feedback.study(seriesId))
  handle('feedback:add', (request) => feedback.add(request))
  handle('feedback:annotate', (request) => feedback.annotate(request))
  handle('feedback:say-again', (request) => feedback.sayAgain(request))
  handle('feedback:retract', (request) => feedback.retract(request))
  handle('feedback:unblind', (request) => feedback.unblind(request))
  handle('feedback:summary', () => askFeedback('summarise', null))
  handle('feedback:export', async ({ format }) => {
    const out = await services.chooseExportPlace(format)
    return out ? askFeedback('exportFeedback', { format, out, studies: studies.list().studies }) : null
  })
  handle('feedback:import', async ({ what }) => {
    const paths = await services.chooseImport(what)
    return paths ? askFeedback('importFeedback', { paths, reader: feedback.reader }) : null
  })
  handle('feedback:verify', () => askFeedback('verify', null))
  handle('feedback:backups', () => askFeedback('listBackups', null))
  handle('feedback:back-up', () => askFeedback('backUp', null))
  handle('feedback:restore', ({ stamp }) => feedback.restore(stamp))
}
