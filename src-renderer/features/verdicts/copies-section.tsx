import { useEffect, useState } from 'react'
import type { BackupFacts } from '../../../src-main/contract/feedback-channels'
import { nidus, unwrap } from '../../api/nidus'
import { takeFeedbackState, useVerdicts } from '../../state/verdicts'
import { useAsking } from './use-asking'

const size = (bytes: number): string =>
  bytes < 1_000_000 ? `${Math.ceil(bytes / 1000)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`

/** Dated copies of the store, written by themselves every day that something changes; one can be put back. */
export function CopiesSection() {
  const [copies, setCopies] = useState<BackupFacts[] | null>(null)
  const [asking, setAsking] = useState<BackupFacts | null>(null)
  const [outcome, setOutcome] = useState<string | null>(null)
  const { busy, failure, ask } = useAsking()
  useEffect(() => ask(async () => setCopies(await unwrap(nidus.feedbackBackups()))), [])

  const copyNow = (): void => ask(async () => setCopies(await unwrap(nidus.backUpFeedback())))
  const restore = (copy: BackupFacts): void =>
    ask(async () => {
      setAsking(null)
      const { setAside, state } = await unwrap(nidus.restoreFeedback({ stamp: copy.stamp }))
      useVerdicts.setState({ byStudy: {} })
      takeFeedbackState(state)
      setCopies(await unwrap(nidus.feedbackBackups()))
      const kept = setAside ? ` The store it replaced was kept beside it.` : ''
      setOutcome(`The copy of ${new Date(copy.writtenAt).toLocaleString()} is in place.${kept}`)
    })
  return (
    <>
      <p className="quiet">
        A copy is written every day on which something was said, and the latest fourteen are kept.
      </p>
      {copies?.length === 0 && <p>There is no copy yet.</p>}
      {copies && copies.length > 0 && (
        <table className="findings copies">
          <thead>
            <tr>
              <th scope="col">Written</th>
              <th scope="col">Size</th>
              <th scope="col">
                <span className="visually-hidden">Restore</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {copies.map((copy) => (
              <tr key={copy.stamp} data-testid="copy">
                <td>{new Date(copy.writtenAt).toLocaleString()}</td>
                <td>{size(copy.sizeBytes)}</td>
                <td>
                  <button
                    type="button"
                    className="link"
                    disabled={busy}
                    aria-label={`Restore the copy of ${new Date(copy.writtenAt).toLocaleString()}`}
                    data-testid="restore"
                    onClick={() => setAsking(copy)}
                  >
                    Restore…
                  </button>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {asking && (
        <div className="warning question" role="alertdialog" aria-label="Restore this copy?">
          <p>
            Put the copy of {new Date(asking.writtenAt).toLocaleString()} in place of the store? Verdicts
            given since then will not be in it. The store of now is set aside, not deleted.
          </p>
          <div className="sheet-actions">
            <button type="button" className="tool-button" autoFocus onClick={() => setAsking(null)}>
              Leave it
            </button>
            <button
              type="button"
              className="tool-button"
              data-testid="restore-confirm"
              onClick={() => restore(asking)}
            >
              Restore
            </button>
          </div>
        </div>
      )}
      <div className="sheet-actions">
        <button
          type="button"
          className="tool-button"
          disabled={busy}
          data-testid="copy-now"
          onClick={copyNow}
        >
          Write a copy now
        </button>
      </div>
      {failure && (
        <p className="failure" role="alert">
          {failure}
        </p>
      )}
      {outcome && (
        <p role="status" data-testid="restore-outcome">
          {outcome}
        </p>
      )}
    </>
  )
}
