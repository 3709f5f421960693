import { ChoiceRow } from '../../components/choice-row'
import { changeSettings, setOpacity, useSettings } from '../../state/settings'

/** How the heatmap is drawn. */
export function HeatmapSection() {
  const { heatmapStyle, heatmapColours, heatmapOpacity } = useSettings()
  return (
    <>
      <ChoiceRow
        label="Scores over the threshold"
        hint="Areas cover the tissue below them; a contour leaves it to be seen."
        value={heatmapStyle}
        choices={[
          ['fill', 'Coloured areas'],
          ['contour', 'Contour lines']
        ]}
        testId="setting-heatmap-style"
        onChange={(style) => changeSettings({ heatmapStyle: style })}
      />
      <ChoiceRow
        label="Colours"
        hint="Equal steps of score look equally far apart in all of them, with every common colour blindness."
        value={heatmapColours}
        choices={[
          ['inferno', 'Inferno'],
          ['viridis', 'Viridis'],
          ['cividis', 'Cividis']
        ]}
        testId="setting-heatmap-colours"
        onChange={(colours) => changeSettings({ heatmapColours: colours })}
      />
      <div className="setting-row">
        <label htmlFor="setting-opacity">Opacity</label>
        <span className="field">
          <input
            id="setting-opacity"
            type="range"
            min={0}
            max={1}
            step={0.05}
            value={heatmapOpacity}
            aria-valuetext={`${Math.round(heatmapOpacity * 100)} %`}
            onChange={(event) => setOpacity(event.target.valueAsNumber)}
          />
          <output>{Math.round(heatmapOpacity * 100)} %</output>
        </span>
      </div>
    </>
  )
}
