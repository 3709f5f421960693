import { useView } from '../../state/view'
import { SliceStrip } from '../slice-strip/slice-strip'
import { usePrefetch } from './prefetch-neighbours'
import type { PaneKind } from './use-pane-images'
import type { Reading } from './use-reading'
import { Viewport } from './viewport'

const layouts: Record<'overlay' | 'side-by-side', PaneKind[]> = {
  overlay: ['overlay'],
  'side-by-side': ['original', 'overlay', 'reconstruction', 'map']
}

/** The middle of the window: the panes and the strip of slices under them. */
export function ReadingRoom({ reading }: { reading: Reading }) {
  const layout = useView((view) => view.layout)
  usePrefetch(reading)
  const panes = layouts[layout]
  return (
    <>
      <div className={`panes ${layout}`}>
        {panes.map((kind) => (
          <Viewport key={kind} kind={kind} reading={reading} alone={panes.length === 1} />
        ))}
      </div>
      <SliceStrip reading={reading} />
    </>
  )
}
