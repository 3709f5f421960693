import { useState } from 'react'
import type { DraftChoices, DraftRoles, ModelDraft } from '../../../src-main/contract/model-channels'
import { TextField } from '../../components/text-field'
import { ChoiceRow } from '../../components/choice-row'
import { addModel, chooseNormals, dropDraft, emptyRoles, useModelWork } from '../../state/model-work'
import { RoleFields } from './role-fields'

const losses: [DraftLoss, string][] = [
  ['l1', 'L1: |x − x̂|'],
  ['l2', 'L2: (x − x̂)²'],
  ['bce', 'Binary cross entropy'],
  ['laplace-nll', 'Laplace likelihood'],
  ['gaussian-nll', 'Gaussian likelihood'],
  ['ssim', '1 − SSIM']
]
type DraftLoss = ModelDraft['loss']

/** What a picked network is taken for, to be confirmed or set right, and the normal images it is measured by. */
export function AddModelForm({ draft }: { draft: ModelDraft }) {
  const { normals, job } = useModelWork()
  const [id, setId] = useState(draft.suggestedId)
  const [name, setName] = useState(draft.suggestedName)
  const [kind, setKind] = useState(draft.kind)
  const [roles, setRoles] = useState<DraftRoles>(draft.roles ?? emptyRoles(draft))
  const [loss, setLoss] = useState(draft.loss)
  const [beta, setBeta] = useState(String(draft.beta))
  const [low, setLow] = useState(String(draft.range[0]))
  const [high, setHigh] = useState(String(draft.range[1]))
  const asGiven = draft.origin === 'manifest'
  const choices: DraftChoices = {
    id,
    name: name.trim(),
    kind,
    stated: asGiven ? null : { roles, loss, beta: Number(beta), range: [Number(low), Number(high)] }
  }
  const missing = whatIsMissing(choices, draft.complete || normals !== null)
  return (
    <form
      className="add-model"
      aria-label={`Add ${draft.fileName}`}
      data-testid="add-model-form"
      onSubmit={(event) => {
        event.preventDefault()
        if (!missing) void addModel(draft, choices)
      }}
    >
      <h3>{draft.fileName}</h3>
      <p>{origins[draft.origin]}</p>
      {draft.reasons.length > 0 && (
        <ul className="quiet" data-testid="draft-reasons">
          {draft.reasons.map((reason) => (
            <li key={reason}>{reason}</li>
          ))}
        </ul>
      )}
      {draft.doubts.map((doubt) => (
        <p key={doubt} className="warning" role="note">
          Please check: {doubt}
        </p>
      ))}
      <TextField label="Name" value={name} testId="draft-name" onChange={setName} />
      <TextField label="ID" value={id} testId="draft-id" onChange={setId} />
      {!asGiven && (
        <>
          <RoleFields draft={draft} roles={roles} onChange={setRoles} />
          <ChoiceRow
            label="Kind"
            value={kind}
            choices={[
              ['vae', 'Variational autoencoder'],
              ['cevae', 'Context-encoding VAE'],
              ['ae', 'Autoencoder'],
              ['dae', 'Denoising autoencoder']
            ]}
            testId="draft-kind"
            onChange={setKind}
          />
          <ChoiceRow
            label="Reconstruction loss"
            value={loss}
            choices={losses}
            testId="draft-loss"
            onChange={setLoss}
          />
          <TextField label="Beta (weight of the KL)" value={beta} testId="draft-beta" onChange={setBeta} />
          <div className="field-pair">
            <TextField label="Pixels from" value={low} testId="draft-low" onChange={setLow} />
            <TextField label="to" value={high} testId="draft-high" onChange={setHigh} />
          </div>
        </>
      )}
      <div className="setting-row">
        <div>
          <strong>Images without findings</strong>
          <p className="quiet">
            {draft.complete
              ? 'The model.json beside the network brings its statistics; choose a folder only to fit them anew.'
              : 'Scores are measured against normal images: a folder with at least 8 slices. More is better.'}
          </p>
        </div>
        <span className="button-row">
          <span data-testid="draft-normals">{normals ?? 'none chosen'}</span>
          <button
            type="button"
            className="tool-button"
            disabled={job !== null}
            data-testid="choose-normals"
            onClick={() => void chooseNormals(draft.draftId)}
          >
            Choose…
          </button>
        </span>
      </div>
      {missing && <p className="quiet">{missing}</p>}
      <div className="button-row">
        <button
          type="submit"
          className="tool-button"
          disabled={job !== null || missing !== null}
          data-testid="add-model"
        >
          {asGiven ? 'Add this model' : 'These roles are right: add this model'}
        </button>
        <button type="button" className="tool-button" disabled={job !== null} onClick={dropDraft}>
          Do not add
        </button>
      </div>
    </form>
  )
}

const origins = {
  manifest: 'Described by the model.json beside it.',
  'roles file': 'Described by the case.json beside it. Confirm it or set it right.',
  proposal: 'Proposed from names and shapes. Confirm it or set it right.',
  nothing: 'Names and shapes do not tell which value plays which part. Please say it.'
}

/** What has to be filled in before the model can be added; null where nothing is missing. */
function whatIsMissing({ id, name, stated }: DraftChoices, hasNormals: boolean): string | null {
  if (!/^[a-z0-9][a-z0-9-]*$/.test(id)) return 'The ID takes small letters, digits and hyphens.'
  if (name === '') return 'The model needs a name.'
  if (stated) {
    const [low, high] = stated.range
    if (!(Number.isFinite(low) && Number.isFinite(high) && low < high))
      return 'The range of the pixels is not a pair of rising numbers.'
    if (!(Number.isFinite(stated.beta) && stated.beta >= 0)) return 'Beta is a number from 0 on.'
    if ((stated.roles.mu === null) !== (stated.roles.spread === null))
      return 'Mean and spread of the latent distribution belong together: choose both or neither.'
    const sizes = [stated.roles.height, stated.roles.width]
    if (!sizes.every((size) => Number.isInteger(size) && size >= 1 && size <= 9999))
      return 'Height and width are whole numbers of pixels.'
  }
  return hasNormals ? null : 'Choose the folder of images without findings.'
}
