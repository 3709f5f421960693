import type { EventPayload } from '../../src-main/contract/channels'
import type { MapName } from '../../src-main/contract/manifest'
import { describeThrown } from '../api/describe-error'
import { nidus, unwrap } from '../api/nidus'
import { refreshAnalysis, useAnalyses } from './analysis'
import { useModels } from './models'
import { tell } from './notices'
import { refreshSecondAnalysis } from './second-model'
import { useView } from './view'

/** Maps being made, by what they are of: none is asked for twice. */
const underWay = new Map<string, AddedMap & { jobId: string }>()

let lastJob = 0

/** A map that is made after the analysis, because the reader chose it. */
interface AddedMap {
  seriesId: string
  modelId: string
  map: MapName
}

/** Has one more map made of a series that is analysed. It shows in the status bar, where it can be cancelled. */
export async function addMap(wanted: AddedMap): Promise<void> {
  const { seriesId, modelId, map } = wanted
  const name = [seriesId, modelId, map].join('|')
  if (underWay.has(name)) return
  const jobId = `map-${Date.now()}-${++lastJob}`
  underWay.set(name, { ...wanted, jobId })
  if (!useAnalyses.getState().progress)
    useAnalyses.setState({ progress: { jobId, stage: 'starting engine', done: 0, total: 0 } })
  try {
    await unwrap(
      nidus.addMap({
        jobId,
        seriesId,
        modelId,
        map,
        provider: useModels.getState().provider,
        firstSlice: useView.getState().slices[seriesId] ?? 0
      })
    )
  } catch (thrown) {
    tell('error', describeThrown(thrown))
  } finally {
    underWay.delete(name)
    if (useAnalyses.getState().progress?.jobId === jobId) useAnalyses.setState({ progress: null })
    await Promise.all([refreshAnalysis(seriesId), refreshSecondAnalysis(seriesId)])
  }
}

/** Takes over a slice that got its further map. @returns false where the slice is not of such a run */
export function takeAddedSlice({ seriesId, jobId, analysis }: EventPayload<'event:slice-analysed'>): boolean {
  const run = [...underWay.values()].find((one) => one.jobId === jobId)
  if (!run) return false
  const known = useAnalyses.getState().bySeries[seriesId]
  if (known?.stamp?.modelId !== run.modelId) void refreshSecondAnalysis(seriesId)
  else {
    const slices = known.slices.slice()
    slices[analysis.index] = analysis
    useAnalyses.setState(({ bySeries }) => ({ bySeries: { ...bySeries, [seriesId]: { ...known, slices } } }))
  }
  return true
}

/** Shows the progress of a further map once the run before it is over. */
export function takeAddedProgress(progress: EventPayload<'event:job-progress'>): void {
  const isOwn = [...underWay.values()].some(({ jobId }) => jobId === progress.jobId)
  if (isOwn && !useAnalyses.getState().progress) useAnalyses.setState({ progress })
}
