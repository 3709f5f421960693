import { setWindow, useView } from '../../state/view'
import type { Reading } from '../reading/use-reading'
import { presetsFor } from './presets-for'

/** The choice of display windows: those that the header suggests, then the usual ones of the modality. */
export function WindowPresets({ reading }: { reading: Reading | null }) {
  const chosen = useView((view) => view.windows[reading?.series.id ?? ''])
  if (!reading || reading.series.color) {
    return (
      <select className="window-presets" disabled aria-label="Display window">
        <option>Window</option>
      </select>
    )
  }
  const presets = presetsFor(reading.series)
  const current = chosen
    ? presets.findIndex(({ center, width }) => center === chosen.center && width === chosen.width)
    : 0
  return (
    <select
      className="window-presets"
      aria-label="Display window"
      title="Display window (keys 1 to 4)"
      data-testid="window-presets"
      value={current}
      onChange={(event) => {
        const preset = presets[Number(event.target.value)]
        if (preset) setWindow(reading.series.id, preset)
      }}
    >
      {current === -1 && <option value={-1}>Own window</option>}
      {presets.map((preset, i) => (
        <option key={i} value={i}>
          {preset.name}
        </option>
      ))}
    </select>
  )
}
