import type { ModelManifest } from '../../../src-main/contract/manifest'
import type { Study } from '../../../src-main/contract/study'
import type { PaneContent, PaneKind } from '../../state/panes'
import { mapLabels } from '../header/map-labels'

/** One entry of the choice of what a pane shows. */
export interface ContentOption {
  /** names the entry in the choice */
  key: string
  label: string
  group: string
  content: PaneContent
}

/** What the kinds of panes are called. */
export const paneTitles: Record<PaneKind, string> = {
  overlay: 'Image with heatmap',
  original: 'Original',
  reconstruction: 'Reconstruction',
  difference: 'Difference to reconstruction',
  map: 'Anomaly map'
}

/** Names a content, so that equal ones have equal names. */
export const contentKey = ({ kind, map, seriesId, second }: PaneContent): string =>
  [kind, map ?? '', seriesId ?? '', second ? 'second' : ''].join('|')

/**
 * All that a pane can show: the series being read as the first and the second model see it, and every other series.
 * @param models the first model and the second; null where there is none
 * @param seriesLabel what a series is called on the screen
 */
export function contentOptions(
  models: { first: ModelManifest | null; second: ModelManifest | null },
  studies: readonly Study[],
  readSeriesId: string,
  seriesLabel: (study: Study, place: number) => string
): ContentOption[] {
  const option = (group: string, label: string, content: PaneContent): ContentOption => ({
    key: contentKey(content),
    label,
    group,
    content
  })
  const ofModel = (group: string, manifest: ModelManifest, second: boolean): ContentOption[] => {
    const base = { map: null, seriesId: null, second }
    const kinds: PaneKind[] = second
      ? ['overlay', 'reconstruction', 'difference', 'map']
      : ['reconstruction', 'difference', 'map']
    return [
      ...kinds.map((kind) =>
        option(group, kind === 'map' ? 'Map in use' : paneTitles[kind], { ...base, kind })
      ),
      ...manifest.maps.available.map((map) =>
        option(group, mapLabels[map]?.short ?? map, { ...base, kind: 'map', map })
      )
    ]
  }
  const own = { map: null, seriesId: null, second: false }
  const others = studies.flatMap((study) =>
    study.series.flatMap((series, place) => {
      if (series.id === readSeriesId) return []
      const label = seriesLabel(study, place)
      return [
        option('Other series', label, { ...own, kind: 'original', seriesId: series.id }),
        option('Other series', `${label}, with heatmap`, { ...own, kind: 'overlay', seriesId: series.id })
      ]
    })
  )
  return [
    option('This series', paneTitles.overlay, { ...own, kind: 'overlay' }),
    option('This series', paneTitles.original, { ...own, kind: 'original' }),
    ...(models.first ? ofModel('Model', models.first, false) : []),
    ...(models.second ? ofModel('Second model', models.second, true) : []),
    ...others
  ]
}
