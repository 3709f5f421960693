import { useEffect } from 'react'
import { ToolButton } from '../../components/tool-button'
import { cineRange, setCineSpeed, toggleCine, useCine } from '../../state/cine'
import { findSeries } from '../../state/studies'
import { goToSlice, useView } from '../../state/view'
import { useActiveReading } from '../reading/use-reading'

/** Plays the series of the active pane, and how fast. */
export function CineControls() {
  const seriesId = useActiveReading()?.series.id ?? null
  const playing = useCine((cine) => cine.seriesId)
  const slicesPerSecond = useCine((cine) => cine.slicesPerSecond)
  usePlayback(playing, slicesPerSecond)
  return (
    <>
      <ToolButton
        icon={playing ? 'stop' : 'play'}
        label={playing ? 'Stop playing' : 'Play through the slices'}
        shortcut="C"
        pressed={playing !== null}
        disabled={seriesId === null}
        testId="cine"
        onPress={() => seriesId && toggleCine(playing ?? seriesId)}
      />
      <input
        className="cine-speed"
        type="number"
        min={cineRange.slowest}
        max={cineRange.fastest}
        value={slicesPerSecond}
        aria-label="Slices a second"
        title="Slices a second"
        data-testid="cine-speed"
        onChange={(event) => setCineSpeed(event.target.valueAsNumber)}
      />
    </>
  )
}

/** Goes through the slices at an even pace, from the last to the first again. A late frame skips no slice twice. */
function usePlayback(seriesId: string | null, slicesPerSecond: number): void {
  useEffect(() => {
    const count = findSeries(seriesId)?.series.slices.length ?? 0
    if (seriesId === null || count < 2) return undefined
    let due = performance.now() + 1000 / slicesPerSecond
    let frame = 0
    const step = (now: number): void => {
      frame = requestAnimationFrame(step)
      if (now < due) return
      const steps = 1 + Math.floor(((now - due) * slicesPerSecond) / 1000)
      due += (steps * 1000) / slicesPerSecond
      const at = useView.getState().slices[seriesId] ?? 0
      if (findSeries(seriesId)) goToSlice(seriesId, (at + steps) % count, count)
      else useCine.setState({ seriesId: null })
    }
    frame = requestAnimationFrame(step)
    return () => cancelAnimationFrame(frame)
  }, [seriesId, slicesPerSecond])
}
