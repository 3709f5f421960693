import { nidus, unwrap } from '../../api/nidus'
import { describeThrown } from '../../api/describe-error'
import { takeAddedProgress, takeAddedSlice } from '../../state/added-maps'
import { refreshAnalysis, startAnalysis, takeProgress, takeSlice } from '../../state/analysis'
import { useApp, useEngine } from '../../state/engine'
import { clearHistory } from '../../state/history'
import { startLinkedScrolling } from '../../state/linked-scroll'
import { keepMeasurementsOf } from '../../state/measurements'
import { takeModelJob, takeModels } from '../../state/model-work'
import { tell } from '../../state/notices'
import { keepPanesOf } from '../../state/panes'
import { keepSecondModelsOf, takeSecondProgress, takeSecondSlice } from '../../state/second-model'
import { loadFeedback, recordReading, refreshVerdicts, takeFeedbackState } from '../../state/verdicts'
import { loadSettings, takeSettings } from '../../state/settings'
import { findSeries, openStudies, takeOpened, useStudies } from '../../state/studies'
import { takeThresholds } from '../../state/thresholds'
import { clearSlices, identifySlices } from '../../viewer/slice-source'
import { analyseFirst } from '../header/open-actions'
import { doMenuCommand } from './menu-commands'
import { showTopFindingWhenDone } from './show-top-finding'

/** Listens to main, then shows what the app was started with and analyses its first series. */
export async function startSession(): Promise<void> {
  identifySlices((seriesId, index) => findSeries(seriesId)?.series.slices[index]?.id ?? null)
  nidus.onStudiesChanged((opened) => {
    clearSlices()
    void takeOpened(opened).then(
      (taken) => {
        if (taken) forgetClosed(new Set(opened.studies.flatMap(({ series }) => series.map(({ id }) => id))))
      },
      // a series closed meanwhile: the list without it is under way
      () => undefined
    )
  })
  nidus.onOpeningProgress((progress) => useStudies.setState({ progress }))
  nidus.onJobProgress((progress) => {
    takeProgress(progress)
    takeSecondProgress(progress)
    takeAddedProgress(progress)
  })
  nidus.onSliceAnalysed((event) => {
    if (!takeAddedSlice(event) && !takeSecondSlice(event)) takeSlice(event)
  })
  startLinkedScrolling()
  nidus.onEngineState((state) => useEngine.setState(state))
  nidus.onFeedbackState(takeFeedbackState)
  nidus.onMenuCommand(({ command }) => doMenuCommand(command))
  nidus.onModelsChanged((changed) => void takeModels(changed))
  nidus.onModelJob(takeModelJob)
  nidus.onSettingsChanged(takeSettings)
  nidus.onThresholdsChanged(({ seriesIds }) => void takeThresholds(seriesIds))
  nidus.onDrop((report) => {
    if (report.phase === 'started') useStudies.setState({ opening: 'Opening what was dropped' })
    else void analyseFirst(openStudies('Opening what was dropped', () => unwrap(report.answer)))
  })
  showTopFindingWhenDone()
  let recorded: string | null = null
  useStudies.subscribe(({ seriesId }) => {
    // a series is read once it is known what belongs to it
    const isWhole = findSeries(seriesId)?.series.growing === undefined
    const whole = isWhole ? seriesId : null
    if (whole === recorded) return
    recorded = whole
    if (!seriesId || !whole) return
    void refreshAnalysis(seriesId)
    void recordReading(seriesId, 'opened')
    void refreshVerdicts(seriesId)
  })
  try {
    const facts = await unwrap(nidus.appFacts())
    useApp.setState({ facts })
    await loadSettings()
    useEngine.setState(await unwrap(nidus.engineState()))
    const what = facts.launch === 'demo' ? 'Opening the demo study' : 'Opening the study'
    // the answer waits for what main began to open at its start
    const seriesId = await openStudies(what, () => unwrap(nidus.listStudies()))
    void loadFeedback()
    if (seriesId) await startAnalysis(seriesId)
  } catch (thrown) {
    tell('error', describeThrown(thrown))
  }
}

/** Drops what is kept of series that are no longer open; steps of the history were about them. */
function forgetClosed(open: ReadonlySet<string>): void {
  keepMeasurementsOf(open)
  keepPanesOf(open)
  keepSecondModelsOf(open)
  if (open.size === 0) clearHistory()
}
