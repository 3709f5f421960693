import type { ProviderName } from '../../../src-main/contract/analysis'
import { providerNames } from '../../../src-main/contract/analysis'
import { describeError } from '../../api/describe-error'
import { Facts } from '../../components/facts'
import { Icon } from '../../components/icon'
import { Panel } from '../../components/panel'
import { ToolButton } from '../../components/tool-button'
import { cancelAnalysis, startAnalysis, useAnalyses } from '../../state/analysis'
import { modelFor, useModels } from '../../state/models'
import type { Reading } from '../reading/use-reading'

/** The model: which one, what it was made for and from, and the button that sets it to work. */
export function ModelPanel({ reading }: { reading: Reading | null }) {
  const state = useModels()
  const progress = useAnalyses((analyses) => analyses.progress)
  const seriesId = reading?.series.id ?? null
  const manifest = modelFor(state, seriesId)
  const usable = state.models.filter(({ manifest }) => manifest)
  const broken = state.models.filter(({ problem }) => problem)
  const status = reading?.analysis?.status ?? 'none'
  const analysedWith = reading?.analysis?.stamp?.modelId
  const stale = status !== 'none' && analysedWith !== undefined && analysedWith !== manifest?.id
  return (
    <Panel title="Model" testId="model-panel">
      <div className="model-choice">
        <select
          aria-label="Model"
          data-testid="model-choice"
          disabled={usable.length === 0}
          value={manifest?.id ?? ''}
          onChange={(event) => useModels.setState({ chosen: event.target.value })}
        >
          {usable.length === 0 && <option value="">No model can be used</option>}
          {usable.map(({ id, manifest }) => (
            <option key={id} value={id}>
              {manifest?.name}
            </option>
          ))}
        </select>
        <select
          aria-label="Processor"
          title="Processor that runs the model"
          data-testid="provider-choice"
          value={state.provider}
          onChange={(event) => useModels.setState({ provider: event.target.value as ProviderName })}
        >
          {providerNames.map((name) => (
            <option key={name} value={name}>
              {name}
            </option>
          ))}
        </select>
      </div>
      {progress ? (
        <ToolButton
          icon="stop"
          text="Cancel"
          label="Cancel the analysis"
          shortcut="Esc"
          onPress={cancelAnalysis}
        />
      ) : (
        <ToolButton
          icon="play"
          text={
            status === 'none' ? 'Analyse this series' : stale ? 'Analyse with this model' : 'Analyse again'
          }
          label="Analyse this series"
          shortcut="A"
          disabled={!reading || !manifest}
          testId="analyse"
          onPress={() => seriesId && void startAnalysis(seriesId)}
        />
      )}
      {reading?.analysis?.error && (
        <p className="warning" role="alert" data-testid="analysis-error">
          <Icon name="warning" />
          {describeError(reading.analysis.error.code, reading.analysis.error.context)}
        </p>
      )}
      {seriesId && manifest && (
        <Mismatches
          mismatches={state.suits[seriesId]?.mismatches[manifest.id] ?? none}
          departures={stale ? none : (reading?.analysis?.domain?.departures ?? none)}
        />
      )}
      {manifest && (
        <details className="more">
          <summary>About this model</summary>
          <Facts
            rows={[
              ['Kind', kinds[manifest.kind]],
              ['Version', manifest.version],
              [
                'Trained for',
                `${manifest.trainedFor.modalities.join(', ')} ${manifest.trainedFor.contrast}, ${manifest.trainedFor.bodyParts.join(', ').toLowerCase()}, ${manifest.trainedFor.orientation}`
              ],
              ['Licence', manifest.licence]
            ]}
          />
          {!manifest.domain && (
            <p>
              Whether an image looks like those that it was trained on can not be told: the model does not
              say.
            </p>
          )}
          <p>{manifest.intendedUse}</p>
          <p>
            Trained on {manifest.training.images ?? 'an unknown number of'} images:{' '}
            {manifest.training.dataset} ({manifest.training.datasetLicence}).
          </p>
        </details>
      )}
      {broken.map(({ id, problem }) => (
        <p key={id} className="warning" data-testid="model-problem">
          <Icon name="warning" />
          <span>
            <strong>{id}</strong> can not be used. {problem && describeError(problem.code, problem.context)}
          </span>
        </p>
      ))}
    </Panel>
  )
}

const kinds = {
  vae: 'Variational autoencoder',
  cevae: 'Context-encoding VAE',
  ae: 'Autoencoder',
  dae: 'Denoising autoencoder'
}

interface Mismatch {
  what: string
  found: string
  trainedFor: string
}

const none: Mismatch[] = []

/**
 * In what a series is not what the model was made for. Intensities alone say it less firmly: they also differ in some
 * images of the kind that it was trained on.
 */
function Mismatches({ mismatches, departures }: { mismatches: Mismatch[]; departures: Mismatch[] }) {
  const all = [...mismatches, ...departures]
  if (all.length === 0) return null
  const [{ what, found, trainedFor }] = all
  return (
    <p className="warning" role="note" data-testid="outside-training">
      <Icon name="warning" />
      {all.length === 1 && what === 'intensity statistics' ? (
        <span>
          <strong>Intensities differ from those the model was trained on</strong> ({found}; usual:{' '}
          {trainedFor}
          ). Some images of the right kind differ as well; false alarms are likelier.
        </span>
      ) : (
        <span>
          <strong>Outside of what the model was trained on:</strong> {all.map(lineOf).join('; ')}. Expect
          false alarms.
        </span>
      )}
    </p>
  )
}

const lineOf = ({ what, found, trainedFor }: Mismatch): string =>
  `${what} ${found} (trained for ${trainedFor})`
