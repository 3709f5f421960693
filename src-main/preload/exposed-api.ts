import { ipcRenderer } from 'electron'
import type { ChannelName, EventName } from '../contract/channel-names'
import type { EventPayload } from '../contract/channels'
import type { NidusApi } from '../contract/preload-api'
import { listenForDrops } from './dropped-paths'

const ask =
  (channel: ChannelName) =>
  (request?: unknown): Promise<never> =>
    ipcRenderer.invoke(channel, request) as Promise<never>

const listen =
  <E extends EventName>(event: E) =>
  (listener: (payload: EventPayload<E>) => void): (() => void) => {
    const forward = (_: unknown, payload: EventPayload<E>): void => listener(payload)
    ipcRenderer.on(event, forward)
    return () => ipcRenderer.removeListener(event, forward)
  }

/** The functions of {@link NidusApi}, each bound to one channel; nothing generic reaches the page. */
export const exposedApi: NidusApi = {
  appFacts: ask('app:facts'),
  firstHeatmapShown: ask('app:first-heatmap-shown'),
  openDialog: ask('study:open-dialog'),
  openDemo: ask('study:open-demo'),
  listStudies: ask('study:list'),
  closeStudies: ask('study:close-all'),
  cancelOpening: ask('study:cancel-opening'),
  slices: ask('study:slices'),
  slicePixels: ask('study:pixels'),
  thumbnail: ask('study:thumbnail'),
  listModels: ask('model:list'),
  chooseModel: ask('model:choose'),
  chooseNormals: ask('model:choose-normals'),
  addModel: ask('model:add'),
  checkModel: ask('model:check'),
  cancelModelJob: ask('model:cancel'),
  modelDetails: ask('model:details'),
  removeModel: ask('model:remove'),
  startAnalysis: ask('analysis:start'),
  addMap: ask('analysis:add-map'),
  cancelAnalysis: ask('analysis:cancel'),
  analysisState: ask('analysis:state'),
  layer: ask('analysis:map'),
  findings: ask('analysis:findings'),
  engineState: ask('engine:state'),
  scoreHistogram: ask('evidence:histogram'),
  settings: ask('settings:get'),
  changeSettings: ask('settings:set'),
  feedbackState: ask('feedback:state'),
  startSession: ask('feedback:start-session'),
  endSession: ask('feedback:end-session'),
  recordReading: ask('feedback:record-reading'),
  studyVerdicts: ask('feedback:study'),
  addVerdict: ask('feedback:add'),
  annotateVerdict: ask('feedback:annotate'),
  sayAgain: ask('feedback:say-again'),
  retractVerdict: ask('feedback:retract'),
  unblindStudy: ask('feedback:unblind'),
  feedbackSummary: ask('feedback:summary'),
  exportFeedback: ask('feedback:export'),
  importFeedback: ask('feedback:import'),
  verifyFeedback: ask('feedback:verify'),
  feedbackBackups: ask('feedback:backups'),
  backUpFeedback: ask('feedback:back-up'),
  restoreFeedback: ask('feedback:restore'),
  calibrationOverview: ask('calibration:overview'),
  proposeThreshold: ask('calibration:propose'),
  approveThreshold: ask('calibration:approve'),
  rollBackThreshold: ask('calibration:roll-back'),
  driftReport: ask('calibration:drift'),
  onStudiesChanged: listen('event:studies-changed'),
  onOpeningProgress: listen('event:opening-progress'),
  onJobProgress: listen('event:job-progress'),
  onSliceAnalysed: listen('event:slice-analysed'),
  onEngineState: listen('event:engine-state'),
  onMenuCommand: listen('event:menu-command'),
  onModelsChanged: listen('event:models-changed'),
  onModelJob: listen('event:model-job'),
  onSettingsChanged: listen('event:settings-changed'),
  onFeedbackState: listen('event:feedback-state'),
  onThresholdsChanged: listen('event:thresholds-changed'),
  onDrop: (listener) => listenForDrops(window, (paths) => ask('study:open-dropped')({ paths }), listener)
}
