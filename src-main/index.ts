import { cpus } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { app, dialog, session, type BrowserWindow } from 'electron'
import { NidusError, toNidusError } from './contract/errors'
import { researchNotice } from './contract/notice'
import { Engine } from './inference/analyse-series'
import { probeOutcomeSchema } from './inference/provider-verdicts'
import { rememberAnswers } from './inference/remembered'
import { registerAnalysisHandlers } from './ipc/analysis-handlers'
import { registerAppHandlers } from './ipc/app-handlers'
import { registerCalibrationHandlers } from './ipc/calibration-handlers'
import { registerFeedbackHandlers } from './ipc/feedback-handlers'
import { registerEvidenceHandlers } from './ipc/evidence-handlers'
import { createHandle, isFromPage } from './ipc/handle'
import { createSendEvent } from './ipc/send-event'
import { registerModelHandlers } from './ipc/model-handlers'
import { registerSettingsHandlers } from './ipc/settings-handlers'
import { registerStudyHandlers } from './ipc/study-handlers'
import { AnalysisService } from './jobs/analysis-service'
import { CalibrationService } from './jobs/calibration-service'
import { FeedbackClient } from './jobs/feedback-client'
import { FeedbackService } from './jobs/feedback-service'
import { ModelImportService } from './jobs/model-import-service'
import { ModelService } from './jobs/model-service'
import { ScreenshotRun } from './jobs/screenshot-run'
import { setAppMenu } from './platform/app-menu'
import {
  appRoot,
  appVersion,
  modelFolders,
  resourcePath,
  shippedModelFolder,
  userModelFolder
} from './platform/app-paths'
import { captureWindow } from './platform/capture-window'
import { chooseModel, chooseNormals } from './platform/choose-model-place'
import { chooseExportPlace, chooseImport } from './platform/choose-feedback-place'
import { describeMachine } from './platform/describe-machine'
import { graphicsDriver } from './platform/graphics-driver'
import { forbidNetwork, silenceChromium } from './platform/forbid-network'
import { readLaunchOptions } from './platform/launch-options'
import { missingProvider } from './platform/missing-provider'
import { openWindow } from './platform/open-window'
import { SettingsStore } from './platform/settings-store'
import { feedbackDatabasePath, userDataFolder } from './platform/user-data-folder'
import { utilityEngine } from './platform/utility-engine'
import { utilityFeedback } from './platform/utility-feedback'
import { utilityImporter } from './platform/utility-importer'
import { utilityReader } from './platform/utility-reader'
import { countReaders, ReaderPool } from './study/reader-pool'
import { StudyRegistry } from './study/study-registry'
import { withoutSlices } from './study/without-slices'

const launch = readLaunchOptions(process.argv, process.env, process.defaultApp === true, process.cwd())
const pageUrl = pathToFileURL(join(appRoot(), 'out', 'renderer', 'index.html')).href
const demoFolder = resourcePath('demo-study')

let window: BrowserWindow | null = null
const send = createSendEvent(() => window?.webContents ?? null)

// before Chromium opens its own files there
if (process.env.NIDUS_DATA) app.setPath('userData', userDataFolder())
silenceChromium()
// as root, Chromium runs without its sandbox or not at all
if (!app.commandLine.hasSwitch('no-sandbox')) app.enableSandbox()

app.whenReady().then(start).catch(endUnstarted)

function start(): void {
  forbidNetwork(session.defaultSession, pageUrl.replace(/[^/]*$/, ''))
  const reader = new ReaderPool(utilityReader(), countReaders(cpus().length))
  const engine = new Engine(utilityEngine(), {
    missing: missingProvider,
    describeMachine: async (provider) => describeMachine(provider, await graphicsDriver()),
    verdicts: rememberAnswers(join(app.getPath('userData'), 'provider-verdicts.json'), probeOutcomeSchema)
  })
  const studies = new StudyRegistry(reader, (progress) => send('event:opening-progress', progress))
  const userData = app.getPath('userData')
  const models = new ModelService(modelFolders(userData), (modelIds) =>
    send('event:models-changed', { modelIds })
  )
  const imports = new ModelImportService({
    spawn: utilityImporter(),
    models,
    shippedFolder: shippedModelFolder(),
    userFolder: userModelFolder(userData),
    chooseModel: (what) => chooseModel(window, what),
    chooseNormals: () => chooseNormals(window),
    onProgress: (progress) => send('event:model-job', progress)
  })
  const screenshot = launch.screenshotPath === null ? null : screenshotRun(launch.screenshotPath)
  const verdictStore = new FeedbackClient(utilityFeedback(feedbackDatabasePath(app.getPath('userData'))))
  const askFeedback: FeedbackClient['ask'] = (name, argument) => verdictStore.ask(name, argument)
  const calibration = new CalibrationService({
    ask: askFeedback,
    model: (modelId) => models.model(modelId),
    origin: (seriesId) => studies.origin(seriesId),
    onChange: async () => send('event:thresholds-changed', { seriesIds: await analyses.renewThresholds() })
  })
  const analyses: AnalysisService = new AnalysisService({
    engine,
    series: (seriesId) => studies.wholeSeries(seriesId),
    model: (modelId) => models.model(modelId),
    siteThresholds: (series, model) => calibration.siteThresholds(series, model),
    appVersion: appVersion(),
    onProgress: (progress) => send('event:job-progress', progress),
    onSlice: (slice) => send('event:slice-analysed', slice),
    onEnd: ({ error }) => {
      if (error) screenshot?.fail(new NidusError(error.code, error.context).message)
    }
  })
  const feedback = new FeedbackService({
    ask: askFeedback,
    studies,
    analyses,
    onState: (state) => {
      send('event:feedback-state', state)
      // the store may have been opened late, or another one been put in its place
      if (state.status === 'ready') void calibration.refresh()
    }
  })
  studies.onChange((opened, closed) => {
    analyses.forget(closed)
    feedback.forget(closed)
    send('event:studies-changed', withoutSlices(opened))
  })
  const settings = new SettingsStore(join(app.getPath('userData'), 'settings.json'))
  settings.onChange((changed) => send('event:settings-changed', changed))
  engine.onState((state) => send('event:engine-state', state))

  const launched = studies.open(launch.paths.length > 0 ? launch.paths : [demoFolder])
  launched.then(
    (opened) => {
      if (opened.studies.length === 0) screenshot?.fail('nothing could be read')
    },
    (thrown: unknown) => screenshot?.fail(toNidusError(thrown).message)
  )

  if (screenshot) {
    void models.list([]).then(({ models: [...found] }) => {
      if (!found.some(({ manifest }) => manifest)) screenshot.fail('no model can be used')
    })
  }

  const handle = createHandle((event) => isFromPage(event, pageUrl))
  registerStudyHandlers(handle, { studies, demoFolder, launched, choosePaths })
  registerAnalysisHandlers(handle, { studies, models, analyses, engineState: () => engine.state })
  registerModelHandlers(handle, imports)
  registerEvidenceHandlers(handle, { analyses })
  registerSettingsHandlers(handle, settings)
  registerCalibrationHandlers(handle, { calibration })
  registerFeedbackHandlers(handle, {
    feedback,
    askFeedback,
    studies,
    chooseExportPlace: (format) => chooseExportPlace(window, format),
    chooseImport: (what) => chooseImport(window, what)
  })
  registerAppHandlers(handle, {
    facts: {
      version: appVersion(),
      electronVersion: process.versions.electron,
      notice: researchNotice,
      platform: `${process.platform} ${process.arch}`,
      launch: launch.paths.length > 0 ? 'paths' : 'demo',
      forScreenshot: screenshot !== null
    },
    onFirstHeatmap: () => void screenshot?.firstHeatmapShown()
  })
  setAppMenu((command) => send('event:menu-command', { command }))
  window = openWindow(join(appRoot(), 'out', 'preload', 'index.js'), pageUrl)
  window.on('closed', () => (window = null))
  app.on('will-quit', () => {
    reader.dispose()
    verdictStore.dispose()
    void engine.dispose()
  })
}

/** Better no window and a reason than a window that never fills. */
function endUnstarted(thrown: unknown): void {
  const { code, context } = toNidusError(thrown)
  const reason = `Nidus could not start: ${String(context.reason ?? code)}`
  process.stderr.write(`${reason}\n`)
  if (launch.screenshotPath === null) dialog.showErrorBox('Nidus', reason)
  app.exit(1)
}

app.on('window-all-closed', () => app.quit())

async function choosePaths(what: 'files' | 'folder'): Promise<string[] | null> {
  // names of files are often those of patients: the system is not to keep them among its recent documents
  const common = ['multiSelections', 'dontAddToRecent'] as const
  const options =
    what === 'files'
      ? { title: 'Open files', properties: ['openFile' as const, ...common] }
      : { title: 'Open a folder', properties: ['openDirectory' as const, ...common] }
  const chosen = await (window ? dialog.showOpenDialog(window, options) : dialog.showOpenDialog(options))
  return chosen.canceled || chosen.filePaths.length === 0 ? null : chosen.filePaths
}

function screenshotRun(path: string): ScreenshotRun {
  return new ScreenshotRun({
    capture: () => (window ? captureWindow(window, path) : Promise.reject(new Error('there is no window'))),
    exit: (code) => app.exit(code),
    complain: (line) => process.stderr.write(`${line}\n`)
  })
}
