import { mapFacts, mapGroups } from '../../../src-main/contract/map-facts'
import { mapNames, type MapName } from '../../../src-main/contract/manifest'
import { whyMapUnavailable } from '../../../src-main/contract/why-map-unavailable'
import { useView } from '../../state/view'
import type { Reading } from '../reading/use-reading'
import { mapGroupLabels, mapLabels } from './map-labels'

/** The choice of maps by family, each with what it says; those that the model does not make say why. */
export function MapChoice({ reading }: { reading: Reading | null }) {
  const manifest = reading?.manifest ?? null
  return (
    <label className="field">
      Map
      <select
        data-testid="map-choice"
        disabled={!manifest}
        value={reading?.map ?? ''}
        title={reading?.map ? mapLabels[reading.map].long : undefined}
        onChange={(event) => useView.setState({ map: event.target.value as MapName })}
      >
        {manifest &&
          mapGroups.map((group) => (
            <optgroup key={group} label={mapGroupLabels[group]}>
              {mapNames
                .filter((map) => mapFacts[map].group === group)
                .map((map) => {
                  const why = whyMapUnavailable(manifest, map)
                  const { short, long } = mapLabels[map]
                  return (
                    <option key={map} value={map} disabled={why !== null} title={why ?? long}>
                      {why === null ? short : `${short} (${why})`}
                    </option>
                  )
                })}
            </optgroup>
          ))}
      </select>
    </label>
  )
}
