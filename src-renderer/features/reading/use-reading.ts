import type { SliceAnalysis } from '../../../src-main/contract/analysis'
import type { AnalysisState } from '../../../src-main/contract/channels'
import type { MapName, ModelManifest } from '../../../src-main/contract/manifest'
import type { Series, Slice, Study } from '../../../src-main/contract/study'
import { useAnalyses } from '../../state/analysis'
import { defaultThreshold, manifestOf, modelFor, useModels } from '../../state/models'
import { useSeries } from '../../state/studies'
import { useView, type Window } from '../../state/view'
import type { ScoreRange } from '../../viewer/make-heatmap-pixels'
import { scoreRange } from '../../viewer/score-scale'

/** What is being read: the series, the slice, and what the model says of it. */
export interface Reading {
  study: Study
  series: Series
  sliceIndex: number
  slice: Slice
  analysis: AnalysisState | null
  /** of the slice; null until it is analysed */
  sliceAnalysis: SliceAnalysis | null
  /** the model that made the maps, or would; null where there is none */
  manifest: ModelManifest | null
  map: MapName | null
  /** score units of the map */
  threshold: number
  thresholdIsDefault: boolean
  range: ScoreRange
  window: Window
}

/** What is being read now; null where nothing is open. */
export function useReading(): Reading | null {
  const found = useSeries()
  const seriesId = found?.series.id ?? ''
  const sliceIndex = useView((view) => view.slices[seriesId] ?? 0)
  const wantedMap = useView((view) => view.map)
  const thresholds = useView((view) => view.thresholds)
  const chosenWindow = useView((view) => view.windows[seriesId])
  const analysis = useAnalyses((state) => state.bySeries[seriesId] ?? null)
  const models = useModels()
  const slice = found?.series.slices[sliceIndex]
  if (!found || !slice) return null
  const manifest = manifestOf(models, analysis?.stamp?.modelId) ?? modelFor(models, seriesId)
  const map = manifest ? mapInUse(manifest, wantedMap) : null
  const standard = manifest && map ? defaultThreshold(manifest, map) : 3
  const chosen = manifest && map ? thresholds[thresholdKey(manifest, map)] : undefined
  return {
    ...found,
    sliceIndex,
    slice,
    analysis,
    sliceAnalysis: analysis?.slices[sliceIndex] ?? null,
    manifest,
    map,
    threshold: chosen ?? standard,
    thresholdIsDefault: chosen === undefined || chosen === standard,
    range: manifest && map ? scoreRange(manifest, map) : { low: 0, high: 10 },
    window: chosenWindow ?? found.series.windows[0] ?? { center: 128, width: 256 }
  }
}

export function mapInUse(manifest: ModelManifest, wanted: MapName | null): MapName {
  return wanted && manifest.maps.available.includes(wanted) ? wanted : manifest.maps.default
}

export const thresholdKey = (manifest: ModelManifest, map: MapName): string => `${manifest.id}/${map}`
