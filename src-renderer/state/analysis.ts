import { create } from 'zustand'
import type { JobProgress } from '../../src-main/contract/analysis'
import type { AnalysisState, EventPayload } from '../../src-main/contract/channels'
import { describeThrown } from '../api/describe-error'
import { nidus, unwrap } from '../api/nidus'
import { clearLayers } from '../viewer/layer-source'
import { clearFindings } from './findings'
import { modelFor, useModels } from './models'
import { tell } from './notices'
import { useView } from './view'

interface Analyses {
  bySeries: Record<string, AnalysisState>
  /** of the run under way */
  progress: JobProgress | null
}

/** What is known of the analysis of each series. */
export const useAnalyses = create<Analyses>(() => ({ bySeries: {}, progress: null }))

let lastJob = 0

/** Starts analysing a series with the model in use; what was analysed with another model is dropped. */
export async function startAnalysis(seriesId: string): Promise<void> {
  const models = useModels.getState()
  const manifest = modelFor(models, seriesId)
  if (!manifest) {
    tell('error', 'No model can be used: see the Model panel for the reasons.')
    return
  }
  const jobId = `job-${Date.now()}-${++lastJob}`
  clearLayers(seriesId)
  clearFindings(seriesId)
  const known = useAnalyses.getState().bySeries[seriesId]
  put({
    seriesId,
    jobId,
    status: 'running',
    stamp: null,
    threshold: null,
    siteThresholds: [],
    slices: known?.slices.map(() => null) ?? [],
    problems: [],
    error: null
  })
  useAnalyses.setState({ progress: { jobId, stage: 'starting engine', done: 0, total: 0 } })
  try {
    const state = await unwrap(
      nidus.startAnalysis({
        jobId,
        seriesId,
        modelId: manifest.id,
        provider: models.provider,
        firstSlice: useView.getState().slices[seriesId] ?? 0
      })
    )
    put(state)
  } catch (thrown) {
    tell('error', describeThrown(thrown))
    await refreshAnalysis(seriesId)
  } finally {
    if (useAnalyses.getState().progress?.jobId === jobId) useAnalyses.setState({ progress: null })
  }
}

/** Cancels the run under way; what it has finished stays. */
export function cancelAnalysis(): void {
  const { progress } = useAnalyses.getState()
  if (progress) void nidus.cancelAnalysis({ jobId: progress.jobId })
}

/** Asks main for what it knows of a series. */
export async function refreshAnalysis(seriesId: string): Promise<void> {
  const answer = await nidus.analysisState({ seriesId })
  if (answer.ok) put(answer.value)
}

/** Takes over the progress of the run under way; that of older runs is dropped. */
export function takeProgress(progress: JobProgress): void {
  const { progress: before, bySeries } = useAnalyses.getState()
  if (before?.jobId !== progress.jobId) return
  useAnalyses.setState({ progress })
  // a new stage may bring what no slice event tells: the provider, the stamp, slices kept from before
  const running = Object.values(bySeries).find(({ jobId }) => jobId === progress.jobId)
  if (running && before.stage !== progress.stage) void refreshAnalysis(running.seriesId)
}

/** Takes over a slice of the run under way. */
export function takeSlice({ seriesId, jobId, analysis }: EventPayload<'event:slice-analysed'>): void {
  const known = useAnalyses.getState().bySeries[seriesId]
  if (!known || known.jobId !== jobId) {
    void refreshAnalysis(seriesId)
    return
  }
  const slices = known.slices.slice()
  slices[analysis.index] = analysis
  put({ ...known, slices })
}

function put(state: AnalysisState): void {
  useAnalyses.setState(({ bySeries }) => ({ bySeries: { ...bySeries, [state.seriesId]: state } }))
}
