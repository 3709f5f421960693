import type { AgreementFacts } from '../../../src-main/contract/feedback-channels'
import { describeAll, describePair, kindLabels } from './verdict-words'

/** How far the readers of a study agree: each finding with what each said, then kappa in plain words. */
export function AgreementView({
  agreement,
  rankOf
}: {
  agreement: AgreementFacts
  /** number of a finding in the list; null for one that is not in it now */
  rankOf: (subjectKey: string) => number | null
}) {
  const { pairs, findings, stillReading, sharedFindings } = agreement
  const all = describeAll(agreement)
  return (
    <div className="agreement" data-testid="agreement">
      {sharedFindings === 0 && (
        <p className="quiet">
          No finding was judged blind by two readers who have completed the study, so there is no agreement to
          state.
        </p>
      )}
      {findings.length > 0 && (
        <table className="findings">
          <thead>
            <tr>
              <th scope="col">Finding</th>
              <th scope="col">Said while blind</th>
            </tr>
          </thead>
          <tbody>
            {findings.map(({ subjectKey, said }) => (
              <tr key={subjectKey} data-testid="agreement-finding">
                <td>{rankOf(subjectKey) ?? 'not shown now'}</td>
                <td>
                  {said.map(({ reader, kind }) => `${reader}: ${kindLabels[kind].toLowerCase()}`).join('; ')}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {pairs.map((pair) => (
        <p key={pair.readers.join('/')} data-testid="agreement-pair">
          <strong>
            {pair.readers[0]} and {pair.readers[1]}
          </strong>{' '}
          {describePair(pair)}
        </p>
      ))}
      {all && <p data-testid="agreement-all">{all}</p>}
      {stillReading.length > 0 && (
        <p className="quiet">Not counted, because the reading is not complete: {stillReading.join(', ')}.</p>
      )}
    </div>
  )
}
