import { create } from 'zustand'
import type { AnalysisState, EventPayload } from '../../src-main/contract/channels'
import { describeThrown } from '../api/describe-error'
import { nidus, unwrap } from '../api/nidus'
import { useAnalyses } from './analysis'
import { useModels } from './models'
import { tell } from './notices'
import { useView } from './view'

/** What another model makes of a series, beside the one it is read with. */
export interface SecondAnalysis {
  modelId: string
  jobId: string
  state: AnalysisState | null
}

/** The second model of each series that has one. */
export const useSecondModel = create<{ bySeries: Record<string, SecondAnalysis> }>(() => ({ bySeries: {} }))

let lastJob = 0

/** Analyses a series with a second model; it waits until the run under way is over. */
export async function startSecondAnalysis(seriesId: string, modelId: string): Promise<void> {
  const jobId = `beside-${Date.now()}-${++lastJob}`
  put(seriesId, { modelId, jobId, state: null })
  const running = useAnalyses.getState().progress
  if (!running) useAnalyses.setState({ progress: { jobId, stage: 'starting engine', done: 0, total: 0 } })
  try {
    const state = await unwrap(
      nidus.startAnalysis({
        jobId,
        seriesId,
        modelId,
        provider: useModels.getState().provider,
        firstSlice: useView.getState().slices[seriesId] ?? 0,
        beside: true
      })
    )
    if (isCurrent(seriesId, jobId)) put(seriesId, { modelId, jobId, state })
  } catch (thrown) {
    tell('error', describeThrown(thrown))
  } finally {
    if (useAnalyses.getState().progress?.jobId === jobId) useAnalyses.setState({ progress: null })
  }
}

/** Takes over a slice of a second model's run. @returns false where the slice is not of such a run */
export function takeSecondSlice({
  seriesId,
  jobId,
  analysis
}: EventPayload<'event:slice-analysed'>): boolean {
  const second = useSecondModel.getState().bySeries[seriesId]
  if (!second || second.jobId !== jobId) return false
  if (!second.state) void refresh(seriesId, second)
  else {
    const slices = second.state.slices.slice()
    slices[analysis.index] = analysis
    put(seriesId, { ...second, state: { ...second.state, slices } })
  }
  return true
}

/** Asks main again for what a series' second model has made. */
export async function refreshSecondAnalysis(seriesId: string): Promise<void> {
  const second = useSecondModel.getState().bySeries[seriesId]
  if (second) await refresh(seriesId, second)
}

/** Shows the progress of a second model's run once the first one's is over. */
export function takeSecondProgress(progress: EventPayload<'event:job-progress'>): void {
  const isSecond = Object.values(useSecondModel.getState().bySeries).some(
    ({ jobId }) => jobId === progress.jobId
  )
  if (isSecond && !useAnalyses.getState().progress) useAnalyses.setState({ progress })
}

/** Forgets the second models of series that are closed. */
export function keepSecondModelsOf(seriesIds: ReadonlySet<string>): void {
  const { bySeries } = useSecondModel.getState()
  const kept = Object.entries(bySeries).filter(([id]) => seriesIds.has(id))
  if (kept.length < Object.keys(bySeries).length)
    useSecondModel.setState({ bySeries: Object.fromEntries(kept) })
}

async function refresh(seriesId: string, { modelId, jobId }: SecondAnalysis): Promise<void> {
  const answer = await nidus.analysisState({ seriesId, modelId })
  if (answer.ok && isCurrent(seriesId, jobId)) put(seriesId, { modelId, jobId, state: answer.value })
}

const isCurrent = (seriesId: string, jobId: string): boolean =>
  useSecondModel.getState().bySeries[seriesId]?.jobId === jobId

function put(seriesId: string, second: SecondAnalysis): void {
  useSecondModel.setState(({ bySeries }) => ({ bySeries: { ...bySeries, [seriesId]: second } }))
}
