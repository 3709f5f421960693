import type { ModelCheckStep } from '../../../src-main/contract/model-channels'
import { describeError } from '../../api/describe-error'

/** What a check looked at and what came of it. */
export function CheckSteps({ steps }: { steps: ModelCheckStep[] }) {
  return (
    <ul className="check-steps" role="status" data-testid="check-steps">
      {steps.map(({ step, ok, detail, error }) => (
        <li key={step} className={ok ? 'passed' : 'failed'}>
          <strong>{ok ? 'Passed' : 'Failed'}:</strong> {step}.{' '}
          <span className="quiet">{error ? describeError(error.code, error.context) : detail}</span>
        </li>
      ))}
    </ul>
  )
}
