import { useState } from 'react'
import type { VersionFacts } from '../../../src-main/contract/calibration-channels'
import { rollBack, useCalibration } from '../../state/calibration'
import { day, figure } from './format-figures'
import { SignForm } from './sign-form'

/** What a rollback would bring back: a version, or null for what was in use before. */
interface Target {
  from: VersionFacts
  to: VersionFacts | null
}

/** Every version of the map's thresholds, the newest first, with the way back. */
export function HistoryView() {
  const { overview } = useCalibration()
  const [target, setTarget] = useState<Target | null>(null)
  if (!overview) return null
  const { history, profiles } = overview
  return (
    <div className="history-view">
      <section aria-label="In use">
        <h3>In use now</h3>
        <ul className="in-use">
          {profiles
            .filter(
              ({ label }, place) => place === 0 || history.some((own) => own.inUse && own.label === label)
            )
            .map(({ label, threshold }) => (
              <li key={label}>
                <span>{label}</span>
                <strong data-testid="in-use-version">{threshold.version}</strong>
                <span>{figure(threshold.value)}</span>
              </li>
            ))}
        </ul>
      </section>
      {target && (
        <SignForm
          action="Roll back"
          testId="roll-back-form"
          onCancel={() => setTarget(null)}
          onSign={(approvedBy, reason) =>
            void rollBack(target.from.id, target.to?.id ?? null, approvedBy, reason).then(
              (done) => done && setTarget(null)
            )
          }
        >
          {target.to
            ? `${figure(target.to.value)} of ${target.to.version} comes back for ${target.from.label}, as a new version.`
            : `The site's threshold for ${target.from.label} goes out of use; what was in use before it holds again.`}
        </SignForm>
      )}
      {history.length === 0 ? (
        <p className="quiet">
          No threshold of this map was approved here yet. A proposal that you approve becomes the first
          version.
        </p>
      ) : (
        <table className="history" data-testid="threshold-history">
          <thead>
            <tr>
              <th scope="col">Version</th>
              <th scope="col">Threshold</th>
              <th scope="col">Images</th>
              <th scope="col">How</th>
              <th scope="col">Approved by</th>
              <th scope="col">Reason</th>
              <th scope="col">Day</th>
              <th scope="col">
                <span className="visually-hidden">Way back</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {history.map((version) => (
              <tr key={version.id} className={version.inUse ? 'in-use-row' : undefined}>
                <th scope="row">
                  {version.version} {version.inUse && <span className="badge">in use</span>}
                </th>
                <td className="number">{figure(version.value)}</td>
                <td>{version.label}</td>
                <td>{how(version)}</td>
                <td>{version.approvedBy}</td>
                <td>{version.reason}</td>
                <td>{day(version.approvedAt)}</td>
                <td className="way-back">
                  <WayBack version={version} history={history} onChoose={setTarget} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </div>
  )
}

/** The version in use can give way to what was before it; every older one can come back. */
function WayBack({
  version,
  history,
  onChoose
}: {
  version: VersionFacts
  history: VersionFacts[]
  onChoose: (target: Target) => void
}) {
  const from = history.find(({ id }) => id === version.latestOfProfile)
  if (version.inUse) {
    return (
      <button
        type="button"
        className="plain-button"
        data-testid="withdraw"
        onClick={() => onChoose({ from: version, to: null })}
      >
        Take out of use…
      </button>
    )
  }
  if (version.kind === 'withdrawn' || !from) return null
  return (
    <button
      type="button"
      className="plain-button"
      data-testid={`roll-back-${version.version}`}
      onClick={() => onChoose({ from, to: version })}
    >
      Roll back to this…
    </button>
  )
}

function how({ kind, method, level, restores }: VersionFacts): string {
  if (kind === 'withdrawn') return 'taken out of use'
  if (kind === 'rollback') return `rolled back to ${restores ?? 'an older version'}`
  return `${method}, ${level}s`
}
