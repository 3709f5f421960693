import { usePanes } from '../../state/panes'
import { useView } from '../../state/view'
import { ReasonChooser } from '../verdicts/reason-chooser'
import { SliceStrip } from '../slice-strip/slice-strip'
import { ToolRail } from '../tools/tool-rail'
import { Pane } from './pane'
import { usePrefetch } from './prefetch-neighbours'
import { useMapOnDemand } from './use-map-on-demand'
import type { Reading } from './use-reading'

/** The middle of the window: the panes and the strip of slices under them. */
export function ReadingRoom({ reading }: { reading: Reading }) {
  const layout = useView((view) => view.layout)
  const panes = usePanes(({ contents }) => contents[layout])
  usePrefetch(reading)
  useMapOnDemand(reading)
  return (
    <>
      <div className="room">
        <ToolRail />
        <div className={`panes ${layout}`}>
          {panes.map((content, place) => (
            <Pane key={`${layout}/${place}`} place={place} content={content} alone={panes.length === 1} />
          ))}
          <ReasonChooser reading={reading} />
        </div>
      </div>
      <SliceStrip reading={reading} />
    </>
  )
}
