import type { AnalysisState } from '../../../src-main/contract/channels'
import { useAnalyses } from '../../state/analysis'
import { useApp } from '../../state/engine'
import { findSeries, useStudies } from '../../state/studies'
import { goToSlice, useView } from '../../state/view'

/**
 * Shows the highest finding of the demo study as soon as its analysis is done, and of a study that is opened for a
 * picture, unless the reader has moved already. In patients' studies nothing moves by itself.
 */
export function showTopFindingWhenDone(): void {
  useAnalyses.subscribe(({ bySeries }, before) => {
    for (const [seriesId, analysis] of Object.entries(bySeries)) {
      const finished = analysis.status === 'done' && before.bySeries[seriesId]?.status === 'running'
      if (finished) showTopFinding(seriesId, analysis)
    }
  })
}

function showTopFinding(seriesId: string, { slices }: AnalysisState): void {
  const found = findSeries(seriesId)
  const { touched } = useView.getState()
  const wanted = found?.study.generated || useApp.getState().facts?.forScreenshot
  if (!found || !wanted || touched[seriesId] || useStudies.getState().seriesId !== seriesId) return
  const [top] = slices
    .flatMap((slice) =>
      (slice?.findings ?? []).map((finding) => ({ sliceIndex: slice?.index ?? 0, finding }))
    )
    .sort((a, b) => b.finding.peak - a.finding.peak)
  if (!top) return
  goToSlice(seriesId, top.sliceIndex, found.series.slices.length)
  const [x, y] = top.finding.peakAt
  useView.setState({ selected: { seriesId, sliceIndex: top.sliceIndex, x, y } })
}
