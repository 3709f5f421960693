import { Icon } from '../../components/icon'
import { ToolButton } from '../../components/tool-button'
import { chooseModel, useModelWork } from '../../state/model-work'
import { useModels } from '../../state/models'
import { AddModelForm } from './add-model-form'
import { ModelEntry } from './model-entry'
import { ModelJob } from './model-job'

/** The models of this computer: those that ship with Nidus and those that were added, and the way to add one. */
export function ModelsSection() {
  const models = useModels((state) => state.models)
  const { draft, job, fault, news } = useModelWork()
  return (
    <div className="models" data-testid="models-section">
      <div className="models-add">
        <p className="quiet">
          A VAE, autoencoder or denoising autoencoder exported as plain forward ONNX. Nidus derives the gradients
          itself and checks them before it takes the model.
        </p>
        <div className="button-row">
          <ToolButton
            icon="file"
            text="Add from a file"
            label="Add a model from an ONNX file"
            disabled={job !== null}
            testId="add-model-file"
            onPress={() => void chooseModel('file')}
          />
          <ToolButton
            icon="folder"
            text="Add from a folder"
            label="Add a model from its folder"
            disabled={job !== null}
            testId="add-model-folder"
            onPress={() => void chooseModel('folder')}
          />
        </div>
      </div>
      {fault && (
        <p className="warning" role="alert" data-testid="model-fault">
          <Icon name="warning" />
          <span>{fault}</span>
        </p>
      )}
      {news && (
        <p role="status" data-testid="model-news">
          {news}
        </p>
      )}
      {job && <ModelJob job={job} />}
      {draft && <AddModelForm key={draft.draftId} draft={draft} />}
      <ul className="model-entries" aria-label="Models">
        {models.map((model) => (
          <li key={model.id}>
            <ModelEntry model={model} />
          </li>
        ))}
      </ul>
    </div>
  )
}
