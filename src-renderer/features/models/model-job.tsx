import { ToolButton } from '../../components/tool-button'
import { cancelModelJob, useModelWork } from '../../state/model-work'

/** How far adding or checking has come, and the way to stop it. */
export function ModelJob({ job }: { job: NonNullable<ReturnType<typeof useModelWork.getState>['job']> }) {
  const { kind, modelId, text, done, total } = job
  const counted = done !== null && total !== null ? `, ${done} of ${total} slices` : ''
  return (
    <div className="model-job" data-testid="model-job">
      <p role="status">
        {kind === 'add' ? 'Adding' : 'Checking'} {modelId}: {text}
        {counted}
      </p>
      <progress aria-label="Progress" max={total ?? undefined} value={done ?? undefined} />
      <ToolButton
        icon="stop"
        text="Cancel"
        label={kind === 'add' ? 'Cancel adding the model' : 'Cancel the check'}
        testId="cancel-model-job"
        onPress={cancelModelJob}
      />
    </div>
  )
}
