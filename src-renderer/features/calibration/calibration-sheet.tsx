import { useEffect } from 'react'
import type { MapName } from '../../../src-main/contract/manifest'
import { Sheet } from '../../components/sheet'
import { chooseCalibration, openCalibration, useCalibration } from '../../state/calibration'
import type { CalibrationTab } from '../../state/calibration'
import { useApp } from '../../state/engine'
import { useModels } from '../../state/models'
import { mapLabels } from '../header/map-labels'
import type { Reading } from '../reading/use-reading'
import { DriftView } from './drift-view'
import { counted } from './format-figures'
import { HistoryView } from './history-view'
import { ProposalView } from './proposal-view'

const tabs: [CalibrationTab, string][] = [
  ['proposal', 'Recalibrate'],
  ['history', 'Versions'],
  ['drift', 'Drift']
]

/** Thresholds of the site: proposals from its verdicts, versions that people approved, and drift. */
export function CalibrationSheet({ reading }: { reading: Reading | null }) {
  const { tab, modelId, map, overview, problem } = useCalibration()
  const models = useModels((state) => state.models).flatMap(({ manifest }) => (manifest ? [manifest] : []))
  const manifest = models.find(({ id }) => id === modelId)
  useEffect(() => {
    const first = reading?.manifest ?? models[0]
    if (first) void openCalibration(first.id, reading?.map ?? first.maps.default)
    // once, with what is being read when the sheet opens
    // eslint-disable-next-line
  }, [])
  const choose = (id: string, wanted: MapName): void => {
    const chosen = models.find((own) => own.id === id)
    if (chosen)
      void openCalibration(id, chosen.maps.available.includes(wanted) ? wanted : chosen.maps.default)
  }
  return (
    <Sheet title="Thresholds" onClose={() => useApp.setState({ sheet: null })}>
      <div className="calibration" data-testid="calibration">
        <div className="calibration-bar">
          <label>
            Model
            <select
              value={modelId ?? ''}
              data-testid="calibration-model"
              onChange={(event) => choose(event.target.value, map ?? 'rec')}
            >
              {models.map(({ id, name }) => (
                <option key={id} value={id}>
                  {name}
                </option>
              ))}
            </select>
          </label>
          <label>
            Map
            <select
              value={map ?? ''}
              data-testid="calibration-map"
              onChange={(event) => choose(modelId ?? '', event.target.value as MapName)}
            >
              {manifest?.maps.available.map((name) => (
                <option key={name} value={name}>
                  {mapLabels[name].short}
                </option>
              ))}
            </select>
          </label>
          {overview && (
            <span className="quiet" data-testid="calibration-counts">
              {counted(overview.verdicts, 'verdict')} on {counted(overview.studies, 'study', 'studies')},{' '}
              {overview.studiesRead} read completely
            </span>
          )}
        </div>
        <div role="tablist" aria-label="Parts" className="calibration-tabs">
          {tabs.map(([name, label], place) => (
            <button
              key={name}
              type="button"
              role="tab"
              id={`calibration-tab-${name}`}
              aria-selected={tab === name}
              aria-controls="calibration-panel"
              tabIndex={tab === name ? 0 : -1}
              data-testid={`tab-${name}`}
              onClick={() => chooseCalibration({ tab: name })}
              onKeyDown={(event) => {
                const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0
                if (step === 0) return
                event.preventDefault()
                const [next] = tabs[(place + step + tabs.length) % tabs.length]
                chooseCalibration({ tab: next })
                document.getElementById(`calibration-tab-${next}`)?.focus()
              }}
            >
              {label}
            </button>
          ))}
        </div>
        {problem && (
          <p className="warning" role="alert" data-testid="calibration-problem">
            {problem}
          </p>
        )}
        <div
          role="tabpanel"
          id="calibration-panel"
          className="calibration-panel"
          aria-labelledby={`calibration-tab-${tab}`}
          tabIndex={-1}
        >
          {overview &&
            (tab === 'proposal' ? <ProposalView /> : tab === 'history' ? <HistoryView /> : <DriftView />)}
        </div>
      </div>
    </Sheet>
  )
}
