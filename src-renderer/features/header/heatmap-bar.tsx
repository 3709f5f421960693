import { useEffect, useState } from 'react'
import { ToolButton } from '../../components/tool-button'
import { setOpacity, toggleContour, useSettings } from '../../state/settings'
import { useView } from '../../state/view'
import { RevealButton } from '../reading/reveal-button'
import { setThreshold } from '../reading/set-threshold'
import type { Reading } from '../reading/use-reading'
import { MapChoice } from './map-choice'

/** The second line: which map, whether it shows, how strongly, and from which score on. */
export function HeatmapBar({ reading }: { reading: Reading | null }) {
  const heatmapOn = useView((view) => view.heatmapOn)
  const style = useSettings((settings) => settings.heatmapStyle)
  const opacity = useSettings((settings) => settings.heatmapOpacity)
  const manifest = reading?.manifest ?? null
  const idle = !manifest
  if (reading && manifest && !reading.revealed) {
    return (
      <div className="heatmap-bar" role="toolbar" aria-label="Heatmap" data-testid="first-look">
        <RevealButton reading={reading} testId="reveal" />
        <p className="quiet">
          First look: heatmap, findings and scores are hidden while you read; the analysis goes on meanwhile.
        </p>
      </div>
    )
  }
  return (
    <div className="heatmap-bar" role="toolbar" aria-label="Heatmap">
      <ToolButton
        icon="heat"
        text="Heatmap"
        label="Heatmap on or off"
        shortcut="O"
        pressed={heatmapOn}
        disabled={idle}
        testId="heatmap-toggle"
        onPress={() => useView.setState({ heatmapOn: !heatmapOn })}
      />
      <ToolButton
        icon="contour"
        label="Contour at the threshold instead of coloured areas"
        shortcut="Shift+O"
        pressed={style === 'contour'}
        disabled={idle}
        testId="contour-toggle"
        onPress={toggleContour}
      />
      <MapChoice reading={reading} />
      <label className="field" title="Opacity ([ and ])">
        Opacity
        <input
          type="range"
          min={0}
          max={1}
          step={0.05}
          value={opacity}
          disabled={idle}
          data-testid="opacity"
          aria-valuetext={`${Math.round(opacity * 100)} %`}
          onChange={(event) => setOpacity(event.target.valueAsNumber)}
        />
        <output>{Math.round(opacity * 100)} %</output>
      </label>
      {reading && manifest && <ThresholdFields reading={reading} />}
    </div>
  )
}

function ThresholdFields({ reading }: { reading: Reading }) {
  const { manifest, map, threshold, thresholdIsDefault, range } = reading
  const named = manifest?.thresholds.filter((candidate) => candidate.map === map) ?? []
  const name = named.find(({ value }) => Math.abs(value - threshold) < 0.005)?.id ?? ''
  return (
    <div className="field threshold-field" title="Scores below it are not shown (, and .)">
      <label htmlFor="threshold-slider">Threshold</label>
      <input
        id="threshold-slider"
        type="range"
        data-testid="threshold-slider"
        min={range.low}
        max={range.high}
        step={(range.high - range.low) / 200}
        value={threshold}
        onChange={(event) => setThreshold(reading, event.target.valueAsNumber)}
      />
      <ThresholdNumber threshold={threshold} onCommit={(value) => setThreshold(reading, value)} />
      <select
        aria-label="Named threshold"
        data-testid="threshold-name"
        value={name}
        onChange={(event) => {
          const chosen = named.find(({ id }) => id === event.target.value)
          if (chosen) setThreshold(reading, chosen.value)
        }}
      >
        {name === '' && <option value="">own</option>}
        {named.map(({ id, version, method }) => (
          <option key={id} value={id} title={method}>
            {id === 'site' ? version : id}
          </option>
        ))}
      </select>
      <ToolButton
        icon="reset"
        label="Back to the model's threshold"
        disabled={thresholdIsDefault}
        testId="threshold-reset"
        onPress={() => setThreshold(reading, null)}
      />
    </div>
  )
}

/** A number that counts once it is finished: with Enter, with the arrows, or when the field is left. */
function ThresholdNumber({ threshold, onCommit }: { threshold: number; onCommit: (value: number) => void }) {
  const [text, setText] = useState(threshold.toFixed(2))
  useEffect(() => setText(threshold.toFixed(2)), [threshold])
  const commit = (): void => {
    const shown = threshold.toFixed(2)
    const value = Number(text.replace(',', '.'))
    // the field shows fewer digits than the threshold has: passing through must not round it
    if (text !== shown && text.trim() !== '' && Number.isFinite(value)) onCommit(value)
    setText(shown)
  }
  return (
    <input
      type="text"
      inputMode="decimal"
      className="threshold-number"
      aria-label="Threshold in score units"
      data-testid="threshold-number"
      value={text}
      onChange={(event) => setText(event.target.value)}
      onBlur={commit}
      onKeyDown={(event) => {
        if (event.key === 'Enter') commit()
        if (event.key === 'Escape') setText(threshold.toFixed(2))
      }}
    />
  )
}
