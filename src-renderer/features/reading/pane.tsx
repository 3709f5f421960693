import { usePanes, type PaneContent } from '../../state/panes'
import { LinkBadge } from './link-badge'
import { PaneChoice } from './pane-choice'
import { usePrefetch } from './prefetch-neighbours'
import { useMapOnDemand } from './use-map-on-demand'
import { usePaneReading } from './use-reading'
import { Viewport } from './viewport'

/** One pane of the layout with what it shows; touching it makes it the one that keys act on. */
export function Pane({ place, content, alone }: { place: number; content: PaneContent; alone: boolean }) {
  const reading = usePaneReading(content)
  const active = usePanes((panes) => panes.active === place) && !alone
  usePrefetch(content.seriesId !== null || content.second ? reading : null)
  useMapOnDemand(content.kind === 'overlay' || content.kind === 'map' ? reading : null)
  const activate = (): void => {
    if (usePanes.getState().active !== place) usePanes.setState({ active: place })
  }
  if (!reading) return null
  return (
    <div
      className={active ? 'pane active' : 'pane'}
      data-pane={place}
      onPointerDownCapture={activate}
      onFocusCapture={activate}
    >
      <Viewport place={place} content={content} reading={reading} alone={alone} />
      <PaneChoice place={place} content={content} />
      {content.seriesId !== null && <LinkBadge reading={reading} />}
    </div>
  )
}
