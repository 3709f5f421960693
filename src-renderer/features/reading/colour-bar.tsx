import { useRef, type KeyboardEvent, type PointerEvent } from 'react'
import type { HeatmapColours } from '../../../src-main/contract/settings'
import { useSettings } from '../../state/settings'
import { heatmapTables } from '../../viewer/heatmap-tables'
import { scoreTicks } from '../../viewer/score-scale'
import { setThreshold } from './set-threshold'
import type { Reading } from './use-reading'

function gradientOf(name: HeatmapColours): string {
  const table = heatmapTables[name]
  const stops = Array.from({ length: 33 }, (_, i) => {
    const colour = 3 * Math.min(255, i * 8)
    return `rgb(${table[colour]},${table[colour + 1]},${table[colour + 2]})`
  })
  return `linear-gradient(to top, ${stops.join(', ')})`
}

/** The colours in score units, with the threshold marked; where `movable`, the mark can be dragged. */
export function ColourBar({ reading, movable }: { reading: Reading; movable: boolean }) {
  const bar = useRef<HTMLDivElement>(null)
  const { range, threshold } = reading
  const gradient = gradientOf(useSettings((settings) => settings.heatmapColours))
  const place = (score: number): number =>
    (100 * (Math.min(range.high, Math.max(range.low, score)) - range.low)) / (range.high - range.low)
  const drag = (event: PointerEvent): void => {
    const box = bar.current?.getBoundingClientRect()
    if (!movable || !box || event.buttons !== 1) return
    event.currentTarget.setPointerCapture(event.pointerId)
    const share = (box.bottom - event.clientY) / box.height
    setThreshold(reading, range.low + share * (range.high - range.low))
  }
  const nudge = (event: KeyboardEvent): void => {
    const step = event.key === 'ArrowUp' ? 1 : event.key === 'ArrowDown' ? -1 : 0
    if (!movable || step === 0) return
    event.preventDefault()
    event.stopPropagation()
    setThreshold(reading, threshold + (step * (range.high - range.low)) / 100)
  }
  return (
    <div className="colour-bar" data-testid="colour-bar">
      <div className="colour-bar-title" title="Robust standard deviations above the median of normal pixels">
        score
      </div>
      <div
        className="colour-bar-scale"
        ref={bar}
        style={{ background: gradient }}
        onPointerDown={drag}
        onPointerMove={drag}
      >
        {scoreTicks(range).map((tick) => (
          <span key={tick} className="colour-bar-tick" style={{ bottom: `${place(tick)}%` }}>
            {tick}
          </span>
        ))}
        <div
          className="colour-bar-threshold"
          data-testid="colour-bar-threshold"
          style={{ bottom: `${place(threshold)}%` }}
          role={movable ? 'slider' : undefined}
          tabIndex={movable ? 0 : undefined}
          aria-label="Threshold"
          aria-orientation="vertical"
          aria-valuemin={range.low}
          aria-valuemax={range.high}
          aria-valuenow={threshold}
          onKeyDown={nudge}
        >
          <span>{threshold.toFixed(1)}</span>
        </div>
      </div>
    </div>
  )
}
