import { useState } from 'react'
import type { AuditFacts } from '../../../src-main/contract/feedback-channels'
import { nidus, unwrap } from '../../api/nidus'
import { useVerdicts } from '../../state/verdicts'
import { useAsking } from './use-asking'
import { auditFaults, storeWarnings } from './verdict-words'

const mostFaults = 20

/** Looks for anything in the store that is not as it was written. */
export function AuditSection() {
  const warnings = useVerdicts((state) => state.feedback.warnings)
  const [facts, setFacts] = useState<AuditFacts | null>(null)
  const { busy, failure, ask } = useAsking()
  const verify = (): void => ask(async () => setFacts(await unwrap(nidus.verifyFeedback())))
  return (
    <>
      <p className="quiet">
        Every row is entered into a log in which each entry holds the hash of the one before. A row that was
        changed, removed or put in by another program breaks it.
      </p>
      {warnings.map(({ code }) => (
        <p key={code} className="warning">
          {storeWarnings[code]}
        </p>
      ))}
      <div className="sheet-actions">
        <button
          type="button"
          className="tool-button main-action"
          disabled={busy}
          data-testid="verify"
          onClick={verify}
        >
          {busy ? 'Verifying…' : 'Verify now'}
        </button>
      </div>
      {failure && (
        <p className="failure" role="alert">
          {failure}
        </p>
      )}
      {facts && <Result facts={facts} />}
    </>
  )
}

function Result({ facts }: { facts: AuditFacts }) {
  const { ok, integrity, rows, entries, faults, restores, headHash } = facts
  return (
    <div role="status" data-testid="audit-result" data-ok={ok}>
      {ok ? (
        <p className="audit-ok">
          Nothing was tampered with: {rows} rows and {entries} entries of the log are as they were written.
        </p>
      ) : (
        <p className="failure">
          {integrity === 'ok'
            ? `The store is not as it was written: ${faults.length} ${faults.length === 1 ? 'fault' : 'faults'}.`
            : `The database is damaged: ${integrity}.`}
        </p>
      )}
      {faults.length > 0 && (
        <ul>
          {faults.slice(0, mostFaults).map(({ kind, seq, table, rowId }, place) => (
            <li key={place}>
              {auditFaults[kind] ?? kind}
              <span className="quiet">
                {seq !== null && ` Entry ${seq}.`} {table && `${table} ${rowId ?? ''}`}
              </span>
            </li>
          ))}
        </ul>
      )}
      {restores.length > 0 && (
        <p className="quiet">
          Put back from a copy, openly: {restores.map((at) => new Date(at).toLocaleString()).join(', ')}.
        </p>
      )}
      {headHash && (
        <p className="quiet">
          Head of the log, to be noted elsewhere if you want to find a store that was rewritten as a whole:{' '}
          <code>{headHash}</code>
        </p>
      )}
    </div>
  )
}
