import type { ProviderName, SliceAnalysis } from '../contract/analysis'
import type { MapName } from '../contract/manifest'
import { withSiteThresholds } from '../contract/with-site-thresholds'
import type { Engine } from '../inference/analyse-series'
import type { AnalyseEvents, AnalyseOutcome, AnalysedSlice } from '../inference/engine-protocol'
import { analysisOrder } from './analysis-order'
import type { SeriesAnalysis } from './analysis-service'

/**
 * Makes one more map of the slices that are analysed already and adds it to what is kept of them; findings and
 * scores stay those of the analysis.
 * @param firstSlice made first, since the reader looks at it
 */
export function addMap(
  analysis: SeriesAnalysis,
  { map, provider, firstSlice }: { map: MapName; provider: ProviderName; firstSlice: number },
  engine: Pick<Engine, 'analyse'>,
  events: { onProgress: AnalyseEvents['onProgress']; onSlice(slice: SliceAnalysis): void },
  signal: AbortSignal
): Promise<AnalyseOutcome> {
  const { series, model, state, results } = analysis
  const own = withSiteThresholds(model.manifest, state.siteThresholds).thresholds.find(
    (threshold) => threshold.map === map
  )
  const { id, version, value } = own ?? { id: 'none', version: '', value: Infinity }
  return engine.analyse(
    {
      series,
      sliceIndexes: analysisOrder(series.slices.length, firstSlice).filter(
        (index) => results[index] && !results[index].maps[map]
      ),
      model,
      provider,
      maps: [map],
      threshold: { id, version, value, map }
    },
    {
      onProgress: events.onProgress,
      onSlice: (made) => {
        const { index } = made.analysis
        const before = results[index]
        if (!before) return
        const merged = withMap(before, made, map)
        results[index] = merged
        state.slices[index] = merged.analysis
        events.onSlice(merged.analysis)
      },
      onSliceFailed: (sliceIndex, { code, context }) => {
        state.problems.push({ sliceIndex, code, context })
      }
    },
    signal
  )
}

function withMap(before: AnalysedSlice, made: AnalysedSlice, map: MapName): AnalysedSlice {
  const { analysis } = before
  return {
    ...before,
    maps: { ...before.maps, [map]: made.maps[map] },
    analysis: {
      ...analysis,
      maps: [...analysis.maps.filter((name) => name !== map), map],
      peaks: { ...analysis.peaks, [map]: made.analysis.peaks[map] }
    }
  }
}
