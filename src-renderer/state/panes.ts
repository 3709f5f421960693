import { create } from 'zustand'
import type { MapName } from '../../src-main/contract/manifest'
import type { Layout } from './view'

/** What of a slice a pane draws. */
export type PaneKind = 'overlay' | 'original' | 'reconstruction' | 'difference' | 'map'

/** What stands in a pane. */
export interface PaneContent {
  kind: PaneKind
  /** null for the map in use */
  map: MapName | null
  /** null for the series being read */
  seriesId: string | null
  /** whether the maps are those of the second model */
  second: boolean
}

interface Panes {
  contents: Record<Layout, PaneContent[]>
  /** the pane that keys and buttons act on */
  active: number
}

const plain = (kind: PaneKind): PaneContent => ({ kind, map: null, seriesId: null, second: false })

/** What each layout starts with. */
export const startingContents: Record<Layout, PaneContent[]> = {
  overlay: [plain('overlay')],
  two: [plain('original'), plain('overlay')],
  'side-by-side': [plain('original'), plain('overlay'), plain('reconstruction'), plain('map')]
}

/** What the panes show, remembered for each layout. */
export const usePanes = create<Panes>(() => ({ contents: startingContents, active: 0 }))

/** Puts something else into a pane. */
export function setPaneContent(layout: Layout, place: number, content: PaneContent): void {
  usePanes.setState(({ contents }) => ({
    contents: { ...contents, [layout]: contents[layout].map((old, i) => (i === place ? content : old)) }
  }))
}

/** Puts the series and the model of panes back to those being read where a series was closed. */
export function keepPanesOf(seriesIds: ReadonlySet<string>): void {
  const stale = ({ seriesId }: PaneContent): boolean => seriesId !== null && !seriesIds.has(seriesId)
  const { contents } = usePanes.getState()
  if (!Object.values(contents).flat().some(stale)) return
  const kept = (all: PaneContent[]): PaneContent[] =>
    all.map((content) => (stale(content) ? plain(content.kind) : content))
  usePanes.setState({
    contents: {
      overlay: kept(contents.overlay),
      two: kept(contents.two),
      'side-by-side': kept(contents['side-by-side'])
    }
  })
}

/** The next layout, for the key that goes through them. */
export function nextLayout(layout: Layout): Layout {
  return layout === 'overlay' ? 'two' : layout === 'two' ? 'side-by-side' : 'overlay'
}
