import { useState } from 'react'
import type { ProposalFacts } from '../../../src-main/contract/calibration-channels'
import { approveProposal, useCalibration } from '../../state/calibration'
import { ComparisonTable } from './comparison-table'
import { counted, figure, signedPercent } from './format-figures'
import { MethodChoice } from './method-choice'
import { ScorePlot } from './score-plot'
import { SignForm } from './sign-form'

/** What a recalibration would change, for a person to approve or leave. */
export function ProposalView() {
  const { proposal, busy } = useCalibration()
  return (
    <div className="proposal-view">
      <MethodChoice />
      <div className="proposal" data-testid="proposal" aria-busy={busy} aria-live="polite">
        {proposal ? (
          <Proposal proposal={proposal} />
        ) : (
          <p className="quiet">{busy ? 'Working it out …' : ''}</p>
        )}
      </div>
    </div>
  )
}

function Proposal({ proposal }: { proposal: ProposalFacts }) {
  const { current, proposed, refusal, level, histogram, warnings, blindSpots } = proposal
  return (
    <>
      {proposed ? (
        <Headline proposal={proposal} proposed={proposed} />
      ) : (
        <p className="refusal" role="status" data-testid="proposal-refusal">
          <strong>No proposal.</strong> {refusal}
        </p>
      )}
      {histogram && (
        <ScorePlot
          histogram={histogram}
          level={level}
          current={current.value}
          proposed={proposed?.value ?? null}
        />
      )}
      {proposed && <ComparisonTable comparisons={proposed.comparisons} level={level} />}
      {warnings.length > 0 && (
        <section aria-label="Warnings">
          <h3>To be weighed</h3>
          <ul className="sentences">
            {warnings.map((text) => (
              <li key={text}>{text}</li>
            ))}
          </ul>
        </section>
      )}
      <section aria-label="What is not known" data-testid="blind-spots">
        <h3>What these verdicts can not tell</h3>
        <ul className="sentences">
          {blindSpots.map((text) => (
            <li key={text}>{text}</li>
          ))}
        </ul>
      </section>
    </>
  )
}

function Headline({
  proposal: { current, verdicts, cases, label },
  proposed
}: {
  proposal: ProposalFacts
  proposed: NonNullable<ProposalFacts['proposed']>
}) {
  const [signing, setSigning] = useState(false)
  const { value, low, high, confidence, relativeChange } = proposed
  const limit = (bound: number | null): string => (bound === null ? 'unbounded' : figure(bound))
  return (
    <div className="headline">
      <div className="headline-figures">
        <div>
          <span className="quiet">In use</span>
          <strong data-testid="current-threshold">{figure(current.value)}</strong>
          <span className="quiet">{current.version}</span>
        </div>
        <div aria-hidden="true" className="headline-arrow">
          →
        </div>
        <div>
          <span className="quiet">Proposed</span>
          <strong data-testid="proposed-threshold">{figure(value)}</strong>
          <span className="quiet">
            {confidence !== null && `${Math.round(100 * confidence)} %: ${limit(low)} to ${limit(high)}`}
          </span>
        </div>
        <p>
          {relativeChange !== null && `${signedPercent(relativeChange)}. `}
          Learnt from {counted(verdicts.calibration, 'verdict')}, judged by {verdicts.heldOut} of other
          patients ({counted(cases.patients, 'patient')}, {counted(cases.studies, 'study', 'studies')} in
          all).
        </p>
        {!signing && (
          <button
            type="button"
            className="primary-button"
            data-testid="approve"
            onClick={() => setSigning(true)}
          >
            Approve…
          </button>
        )}
      </div>
      {signing && (
        <SignForm
          action="Approve"
          testId="approve-form"
          onSign={(approvedBy, reason) => void approveProposal(approvedBy, reason)}
          onCancel={() => setSigning(false)}
        >
          {figure(value)} takes the place of {figure(current.value)} for {label}, in this window and on the
          command line. Every result names the version; it can be rolled back at any time.
        </SignForm>
      )}
    </div>
  )
}
