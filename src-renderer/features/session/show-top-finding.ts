import { useAnalyses } from '../../state/analysis'
import { useApp } from '../../state/engine'
import { useFindings } from '../../state/findings'
import { findSeries, useStudies } from '../../state/studies'
import { goToSlice, useView } from '../../state/view'

/**
 * Shows the highest finding of the demo study once its analysis is done, and of a study that is opened for a
 * picture, unless the reader has moved already. In patients' studies nothing moves by itself.
 */
export function showTopFindingOnce(): void {
  const shown = new Set<string>()
  useFindings.subscribe(({ seriesId, ranked, searching }) => {
    const top = ranked[0]
    const found = findSeries(seriesId)
    if (!seriesId || !found || !top || searching || shown.has(seriesId)) return
    if (useAnalyses.getState().bySeries[seriesId]?.status !== 'done') return
    shown.add(seriesId)
    const wanted = found.study.generated || useApp.getState().facts?.forScreenshot
    const isLookedAt = useStudies.getState().seriesId === seriesId
    if (!wanted || !isLookedAt || useView.getState().touched[seriesId]) return
    goToSlice(seriesId, top.sliceIndex, found.series.slices.length)
    const [x, y] = top.finding.peakAt
    useView.setState({ selected: { seriesId, sliceIndex: top.sliceIndex, x, y } })
  })
}
