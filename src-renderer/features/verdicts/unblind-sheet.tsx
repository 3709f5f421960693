import { useState, type FormEvent } from 'react'
import { describeThrown } from '../../api/describe-error'
import { Sheet } from '../../components/sheet'
import { useApp } from '../../state/engine'
import { unblindStudy, useStudyVerdicts } from '../../state/verdicts'
import type { Reading } from '../reading/use-reading'
import { AgreementView } from './agreement-view'
import { useFindingVerdicts } from './use-finding-verdicts'

/** Shows what the other readers said of a study: once the own reading is complete, with a reason, and for good. */
export function UnblindSheet({ reading }: { reading: Reading }) {
  const study = useStudyVerdicts(reading.study.studyInstanceUid)
  const findings = useFindingVerdicts(reading)
  const [reason, setReason] = useState('')
  const [failure, setFailure] = useState<string | null>(null)
  const close = (): void => useApp.setState({ sheet: null })
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    if (!reason.trim()) return setFailure('Say why.')
    unblindStudy(reading.series.id, reason.trim()).then(
      () => setFailure(null),
      (thrown: unknown) => setFailure(describeThrown(thrown))
    )
  }
  const rankOf = (subjectKey: string): number | null =>
    findings.ranked.find(({ rank }) => {
      const { mine, others } = findings.of(rank)
      return [mine, ...others].some((verdict) => verdict?.subjectKey === subjectKey)
    })?.rank ?? null
  if (study?.agreement) {
    return (
      <Sheet title="Other readers" onClose={close}>
        <AgreementView agreement={study.agreement} rankOf={rankOf} />
      </Sheet>
    )
  }
  return (
    <Sheet title="See what other readers said" onClose={close}>
      <form className="reader-form" onSubmit={submit} data-testid="unblind-sheet">
        <p>
          There is no way back: what you say about this study from now on counts as said with knowledge of the
          others, and is left out of agreement.
        </p>
        <label htmlFor="unblind-reason">Reason</label>
        <input
          id="unblind-reason"
          type="text"
          value={reason}
          maxLength={500}
          autoFocus
          placeholder="consensus reading"
          data-testid="unblind-reason"
          onChange={(event) => setReason(event.target.value)}
        />
        {failure && (
          <p className="failure" role="alert">
            {failure}
          </p>
        )}
        <div className="sheet-actions">
          <button type="submit" className="tool-button main-action" data-testid="unblind-confirm">
            Show them
          </button>
        </div>
      </form>
    </Sheet>
  )
}
