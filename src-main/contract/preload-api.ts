import type { Envelope, EventPayload, Request, Response } from './channels'
import type { ChannelName, EventName } from './channel-names'

type Ask<C extends ChannelName> =
  Request<C> extends undefined
    ? () => Promise<Envelope<Response<C>>>
    : (request: Request<C>) => Promise<Envelope<Response<C>>>

type Listen<E extends EventName> = (listener: (payload: EventPayload<E>) => void) => () => void

/** What the reader dropped onto the window: first that it is being opened, then what came of it. */
export type DropReport =
  { phase: 'started'; count: number } | { phase: 'ended'; answer: Envelope<Response<'study:open-dropped'>> }

/**
 * `window.nidus`: all that the page can ask of the rest of the app. One function per channel; paths of dropped
 * files stay in the preload, so that the page never names a path.
 */
export interface NidusApi {
  appFacts: Ask<'app:facts'>
  firstHeatmapShown: Ask<'app:first-heatmap-shown'>
  openDialog: Ask<'study:open-dialog'>
  openDemo: Ask<'study:open-demo'>
  listStudies: Ask<'study:list'>
  closeStudies: Ask<'study:close-all'>
  cancelOpening: Ask<'study:cancel-opening'>
  slices: Ask<'study:slices'>
  slicePixels: Ask<'study:pixels'>
  thumbnail: Ask<'study:thumbnail'>
  listModels: Ask<'model:list'>
  chooseModel: Ask<'model:choose'>
  chooseNormals: Ask<'model:choose-normals'>
  addModel: Ask<'model:add'>
  checkModel: Ask<'model:check'>
  cancelModelJob: Ask<'model:cancel'>
  modelDetails: Ask<'model:details'>
  removeModel: Ask<'model:remove'>
  startAnalysis: Ask<'analysis:start'>
  addMap: Ask<'analysis:add-map'>
  cancelAnalysis: Ask<'analysis:cancel'>
  analysisState: Ask<'analysis:state'>
  layer: Ask<'analysis:map'>
  findings: Ask<'analysis:findings'>
  engineState: Ask<'engine:state'>
  scoreHistogram: Ask<'evidence:histogram'>
  settings: Ask<'settings:get'>
  changeSettings: Ask<'settings:set'>
  feedbackState: Ask<'feedback:state'>
  startSession: Ask<'feedback:start-session'>
  endSession: Ask<'feedback:end-session'>
  recordReading: Ask<'feedback:record-reading'>
  studyVerdicts: Ask<'feedback:study'>
  addVerdict: Ask<'feedback:add'>
  annotateVerdict: Ask<'feedback:annotate'>
  sayAgain: Ask<'feedback:say-again'>
  retractVerdict: Ask<'feedback:retract'>
  unblindStudy: Ask<'feedback:unblind'>
  feedbackSummary: Ask<'feedback:summary'>
  exportFeedback: Ask<'feedback:export'>
  importFeedback: Ask<'feedback:import'>
  verifyFeedback: Ask<'feedback:verify'>
  feedbackBackups: Ask<'feedback:backups'>
  backUpFeedback: Ask<'feedback:back-up'>
  restoreFeedback: Ask<'feedback:restore'>
  calibrationOverview: Ask<'calibration:overview'>
  proposeThreshold: Ask<'calibration:propose'>
  approveThreshold: Ask<'calibration:approve'>
  rollBackThreshold: Ask<'calibration:roll-back'>
  driftReport: Ask<'calibration:drift'>
  onStudiesChanged: Listen<'event:studies-changed'>
  onOpeningProgress: Listen<'event:opening-progress'>
  onJobProgress: Listen<'event:job-progress'>
  onSliceAnalysed: Listen<'event:slice-analysed'>
  onEngineState: Listen<'event:engine-state'>
  onMenuCommand: Listen<'event:menu-command'>
  onModelsChanged: Listen<'event:models-changed'>
  onModelJob: Listen<'event:model-job'>
  onSettingsChanged: Listen<'event:settings-changed'>
  onFeedbackState: Listen<'event:feedback-state'>
  onThresholdsChanged: Listen<'event:thresholds-changed'>
  /** Returns the function that stops listening. */
  onDrop(listener: (report: DropReport) => void): () => void
}
