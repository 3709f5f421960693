import { penTo } from '../../state/drawing'
import { endGesture } from '../../state/history'
import { useHand } from '../../state/hand'
import { useProbe } from '../../state/probe'
import { useTools } from '../../state/tools'
import { goToSlice, setPose, useView } from '../../state/view'
import type { PointerActions } from '../../viewer/attach-pointer-tools'
import { panBy, zoomAbout } from '../../viewer/viewport-geometry'
import { pressWithTool } from './press-with-tool'
import type { PaneHold } from './pane-hold'
import { probeAt } from './probe-at'
import { stopStack } from './run-stack'

/** What the hand does on a pane, done to the series it shows: all panes of that series follow. */
export function pointerActions(hold: PaneHold): PointerActions {
  return {
    scroll: (slices) => {
      const { series } = hold.reading
      stopStack()
      goToSlice(series.id, (useView.getState().slices[series.id] ?? 0) + slices, series.slices.length)
    },
    zoom: (factor, anchor) =>
      setPose(hold.seriesId, zoomAbout(hold.shape, hold.size, hold.pose, factor, anchor), 'zoom'),
    pan: (delta) => setPose(hold.seriesId, panBy(hold.shape, hold.size, hold.pose, delta), 'pan'),
    press: (at) => pressWithTool(hold, at),
    release: endGesture,
    hover: (at) => {
      const { draft, activeTool } = useTools.getState()
      if (at && draft?.seriesId === hold.seriesId && draft.kind !== 'freehand' && draft.kind !== 'brush') {
        penTo(hold.toImage(at))
      }
      useProbe.setState({ probe: at ? probeAt(hold, hold.toPixel(at)) : null })
      if (activeTool === 'magnifier' || useHand.getState().at) {
        useHand.setState(
          activeTool === 'magnifier' && at ? { place: hold.place, at } : { place: null, at: null }
        )
      }
    }
  }
}
