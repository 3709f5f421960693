import { toggleLinkByHand, useLinkedScroll } from '../../state/linked-scroll'
import { linkOf, type Link } from '../../viewer/link-series'
import { useReading, type Reading } from './use-reading'

const texts: Record<Exclude<Link, 'same series'>, string> = {
  'frame of reference': 'Scrolls along by position',
  across: 'Lies across: line and crosshair show the place',
  'by index': 'Scrolls along by slice number, not by position',
  none: 'Does not scroll along'
}

/** How the series of a pane follows the one being read, and the way to link the two where nothing registers them. */
export function LinkBadge({ reading }: { reading: Reading }) {
  const main = useReading()
  const state = useLinkedScroll()
  if (!main || main.series.id === reading.series.id) return null
  const link = linkOf(main.series, reading.series, state)
  if (link === 'same series') return null
  const registered = linkOf(main.series, reading.series, { on: true, byHand: new Set() }) !== 'none'
  return (
    <div className="link-badge" data-testid="link-badge" data-link={link}>
      <span>{texts[link]}</span>
      {state.on && !registered && (
        <button
          type="button"
          className="link"
          title="The two series share no frame of reference: positions can not be compared"
          onClick={() => toggleLinkByHand(reading.series.id, main.series.id)}
        >
          {link === 'none' ? 'Link by slice number' : 'Unlink'}
        </button>
      )}
    </div>
  )
}
