import type { VoiTable } from '../../../src-main/contract/study'
import { setWindow } from '../../state/view'
import type { Reading } from '../reading/use-reading'
import { autoWindow } from './auto-window'
import { presetsFor } from './presets-for'

const automatic = 'automatic'

/** The choice of display windows: those that the header suggests, the usual ones, and one from the slice itself. */
export function WindowPresets({ reading }: { reading: Reading | null }) {
  if (!reading || reading.series.color) {
    return (
      <select className="window-presets" disabled aria-label="Display window">
        <option>Window</option>
      </select>
    )
  }
  const { series, sliceIndex, window, windows } = reading
  const presets = presetsFor({ modality: series.modality, windows })
  const current = presets.findIndex(
    ({ center, width, function: shape, lut }) =>
      center === window.center &&
      width === window.width &&
      (shape ?? 'linear') === (window.function ?? 'linear') &&
      isSameTable(lut, window.lut)
  )
  return (
    <select
      className="window-presets"
      aria-label="Display window"
      title="Display window (keys 1 to 4, W from the slice)"
      data-testid="window-presets"
      value={current}
      onChange={(event) => {
        const { value } = event.target
        const chosen = value === automatic ? autoWindow(series.id, sliceIndex) : presets[Number(value)]
        if (chosen) setWindow(series.id, chosen)
      }}
    >
      {current === -1 && <option value={-1}>Own window</option>}
      {presets.map((preset, i) => (
        <option key={i} value={i}>
          {preset.name}
        </option>
      ))}
      <option value={automatic}>From this slice</option>
    </select>
  )
}

/** Slices and series carry tables of their own, which may hold the same. */
function isSameTable(one: VoiTable | undefined, other: VoiTable | undefined): boolean {
  if (one === other || !one || !other) return one === other
  const { values } = one
  return values.length === other.values.length && values.every((value, i) => value === other.values[i])
}
