import { useState } from 'react'
import type { ModelSummary } from '../../../src-main/contract/channels'
import type { ModelResponses } from '../../../src-main/contract/model-channels'
import { describeError } from '../../api/describe-error'
import { describeModelFault } from '../../api/describe-model-fault'
import { nidus, unwrap } from '../../api/nidus'
import { Facts } from '../../components/facts'
import { Icon } from '../../components/icon'
import { checkModel, removeModel, useModelWork } from '../../state/model-work'
import { CheckSteps } from './check-steps'

/** One model: what it is, its hash, thresholds and card, its check, and for added ones the way to remove it. */
export function ModelEntry({ model: { id, manifest, problem } }: { model: ModelSummary }) {
  const { job, checked } = useModelWork()
  const [details, setDetails] = useState<ModelResponses['model:details'] | null>(null)
  const [fault, setFault] = useState<string | null>(null)
  const [removing, setRemoving] = useState(false)
  const look = (open: boolean): void => {
    if (!open || details) return
    unwrap(nidus.modelDetails({ modelId: id })).then(setDetails, (thrown: unknown) =>
      setFault(describeModelFault(thrown))
    )
  }
  return (
    <details
      className="model-entry"
      data-testid={`model-entry-${id}`}
      onToggle={(event) => look(event.currentTarget.open)}
    >
      <summary>
        <strong>{manifest?.name ?? id}</strong> <span className="quiet">{id}</span>
        {problem && (
          <span className="warning">
            <Icon name="warning" />
            {describeError(problem.code, problem.context)}
          </span>
        )}
      </summary>
      {manifest && (
        <Facts
          rows={[
            ['From', details && (details.origin === 'added' ? 'added on this computer' : 'ships with Nidus')],
            ['Version', `${manifest.version} (${manifest.kind})`],
            ['SHA-256', <code key="hash">{manifest.sha256}</code>],
            [
              'Input',
              `${manifest.input.channels} × ${manifest.input.height} × ${manifest.input.width}, ${manifest.input.layout}`
            ],
            ['Losses', `${manifest.losses.reconstruction}, beta ${manifest.losses.beta}`],
            ['Maps', manifest.maps.available.join(', ')],
            [
              'Thresholds',
              manifest.thresholds
                .filter(({ map }) => map === manifest.maps.default)
                .map(({ id: name, value }) => `${name} = ${value.toFixed(2)}`)
                .join(', ')
            ],
            ['Licence', manifest.licence]
          ]}
        />
      )}
      {fault && <p role="alert">{fault}</p>}
      {checked?.modelId === id && <CheckSteps steps={checked.steps} />}
      {details?.card && (
        <details className="more">
          <summary>Card</summary>
          <pre className="model-card" tabIndex={0} aria-label="Card of the model">
            {details.card}
          </pre>
        </details>
      )}
      <div className="button-row">
        <button
          type="button"
          className="tool-button"
          disabled={job !== null}
          data-testid={`check-${id}`}
          onClick={() => void checkModel(id)}
        >
          Check
        </button>
        {details?.origin === 'added' && !removing && (
          <button
            type="button"
            className="tool-button"
            disabled={job !== null}
            data-testid={`remove-${id}`}
            onClick={() => setRemoving(true)}
          >
            Remove…
          </button>
        )}
        {removing && (
          <>
            <span role="alert">Delete this model from the disk?</span>
            <button
              type="button"
              className="tool-button"
              autoFocus
              data-testid={`remove-${id}-yes`}
              onClick={() => void removeModel(id)}
            >
              Delete
            </button>
            <button type="button" className="tool-button" onClick={() => setRemoving(false)}>
              Keep
            </button>
          </>
        )}
      </div>
    </details>
  )
}
