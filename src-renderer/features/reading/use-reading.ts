import { useMemo } from 'react'
import type { SliceAnalysis } from '../../../src-main/contract/analysis'
import type { AnalysisState } from '../../../src-main/contract/channels'
import type { MapName, ModelManifest } from '../../../src-main/contract/manifest'
import type { Series, Slice, Study, ValueWindow } from '../../../src-main/contract/study'
import { withSiteThresholds } from '../../../src-main/contract/with-site-thresholds'
import { useAnalyses } from '../../state/analysis'
import { defaultThreshold, manifestOf, modelFor, useModels } from '../../state/models'
import { usePanes, type PaneContent } from '../../state/panes'
import { useRevealed } from '../../state/reveal'
import { useSecondModel } from '../../state/second-model'
import { findSeries, useStudies } from '../../state/studies'
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
  /** whether the reader may see what the model says; before, nothing of it may show anywhere */
  revealed: boolean
  /** of the slice; null until it is analysed */
  sliceAnalysis: SliceAnalysis | null
  /** the model that made the maps, or would, with the thresholds of the site first; null where there is none */
  manifest: ModelManifest | null
  /** set where the maps are those of a second model */
  besideModelId?: string
  map: MapName | null
  /** score units of the map */
  threshold: number
  thresholdIsDefault: boolean
  range: ScoreRange
  /** suggested for the slice, the default first */
  windows: ValueWindow[]
  /** the reader's own, which holds for the whole series, or the slice's default */
  window: Window
}

/** What is being read now; null where nothing is open. */
export function useReading(): Reading | null {
  const seriesId = useStudies((state) => state.seriesId)
  return useReadingOf({ seriesId, map: null, second: false })
}

/** What a pane shows: its own series, map and model where it has any, else those being read; null without a series. */
export function usePaneReading(content: PaneContent): Reading | null {
  const read = useStudies((state) => state.seriesId)
  return useReadingOf({ ...content, seriesId: content.seriesId ?? read })
}

/** What the active pane shows: keys and buttons act on it. */
export function useActiveReading(): Reading | null {
  const layout = useView((view) => view.layout)
  const content = usePanes(({ contents, active }) => contents[layout][active])
  return usePaneReading(content ?? { kind: 'overlay', map: null, seriesId: null, second: false })
}

function useReadingOf({ seriesId, map: ownMap, second }: Pick<PaneContent, 'seriesId' | 'map' | 'second'>) {
  useStudies((state) => state.opened)
  const found = findSeries(seriesId)
  const id = found?.series.id ?? ''
  const sliceIndex = useView((view) => view.slices[id] ?? 0)
  const mainMap = useView((view) => view.map)
  const thresholds = useView((view) => view.thresholds)
  const chosenWindow = useView((view) => view.windows[id])
  const first = useAnalyses((state) => state.bySeries[id] ?? null)
  const other = useSecondModel((state) => state.bySeries[id] ?? null)
  const models = useModels()
  const analysis = second ? (other?.state ?? null) : first
  const own = second
    ? manifestOf(models, other?.modelId)
    : (manifestOf(models, analysis?.stamp?.modelId) ?? modelFor(models, id))
  const site = analysis?.siteThresholds
  const manifest = useMemo(() => own && withSiteThresholds(own, site ?? []), [own, site])
  const revealed = useRevealed(found?.study ?? null)
  const slice = found?.series.slices[sliceIndex]
  if (!found || !slice) return null
  const windows = slice.windows ?? found.series.windows
  const map = manifest ? mapInUse(manifest, ownMap ?? mainMap) : null
  const standard = manifest && map ? defaultThreshold(manifest, map) : 3
  const chosen = manifest && map ? thresholds[thresholdKey(manifest, map)] : undefined
  return {
    ...found,
    sliceIndex,
    slice,
    analysis,
    revealed,
    sliceAnalysis: analysis?.slices[sliceIndex] ?? null,
    manifest,
    besideModelId: second ? other?.modelId : undefined,
    map,
    threshold: chosen ?? standard,
    thresholdIsDefault: chosen === undefined || chosen === standard,
    range: manifest && map ? scoreRange(manifest, map) : { low: 0, high: 10 },
    windows,
    window: chosenWindow ?? windows[0] ?? { center: 128, width: 256 }
  }
}

export function mapInUse(manifest: ModelManifest, wanted: MapName | null): MapName {
  return wanted && manifest.maps.available.includes(wanted) ? wanted : manifest.maps.default
}

export const thresholdKey = (manifest: ModelManifest, map: MapName): string => `${manifest.id}/${map}`
