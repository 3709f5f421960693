import { Fragment } from 'react'
import { Panel } from '../../components/panel'
import { ToolButton } from '../../components/tool-button'
import {
  removeMeasurement,
  selectMeasurement,
  useMeasurements,
  type Measurement
} from '../../state/measurements'
import { goToSlice } from '../../state/view'
import { peekLayer } from '../../viewer/layer-source'
import { peekSlice } from '../../viewer/slice-source'
import type { Reading } from '../reading/use-reading'
import { describeMeasurement, measurementNames, type Figure } from './describe-measurement'

/** What was measured in the series, with all figures; a click goes there. Hidden while there is nothing. */
export function MeasurementsPanel({ reading }: { reading: Reading | null }) {
  const list = useMeasurements((state) => state.list)
  const selected = useMeasurements((state) => state.selected)
  const own = list.filter(({ seriesId }) => seriesId === reading?.series.id)
  if (!reading || own.length === 0) return null
  return (
    <Panel title="Measurements" testId="measurements-panel" aside={own.length}>
      <ul className="measurement-list">
        {own.map((one) => (
          <li key={one.id} className={one.id === selected ? 'chosen' : undefined}>
            <button
              type="button"
              className="measurement-row"
              aria-pressed={one.id === selected}
              onClick={() => {
                goToSlice(one.seriesId, one.sliceIndex, reading.series.slices.length)
                selectMeasurement(one.id)
              }}
            >
              <strong>
                {one.number} {measurementNames[one.kind]}
              </strong>
              <span className="quiet">slice {one.sliceIndex + 1}</span>
              <Figures figures={figuresOf(one, reading)} all={one.id === selected} />
            </button>
            <ToolButton
              icon="close"
              label={`Remove ${measurementNames[one.kind].toLowerCase()} ${one.number}`}
              shortcut="Delete"
              onPress={() => removeMeasurement(one.id)}
            />
          </li>
        ))}
      </ul>
    </Panel>
  )
}

/** All figures of the one selected, the first of the others. */
function Figures({ figures, all }: { figures: Figure[]; all: boolean }) {
  return (
    <span className="measurement-figures">
      {figures.slice(0, all ? undefined : 1).map(([name, value]) => (
        <Fragment key={name}>
          <span className="quiet">{name}</span>
          <span data-testid={`figure-${name.toLowerCase().replace(' ', '-')}`}>{value}</span>
        </Fragment>
      ))}
    </span>
  )
}

/** From what is loaded; a slice that is not any more shows its figures again once it is looked at. */
function figuresOf(measurement: Measurement, { map, series }: Reading): Figure[] {
  const { seriesId, sliceIndex } = measurement
  const slice = peekSlice(seriesId, sliceIndex)
  if (!slice) return []
  const layer = map ? (peekLayer({ seriesId, sliceIndex, layer: map }) ?? null) : null
  return describeMeasurement(measurement, slice.pixels, layer, series.valueUnit)
}
