import { useEffect, useRef } from 'react'
import type { ProviderReport } from '../../../src-main/contract/analysis'
import { cancelAnalysis, useAnalyses } from '../../state/analysis'
import { useEngine } from '../../state/engine'
import { useStudies } from '../../state/studies'
import { OpeningWork } from './opening-work'
import { TimeLeft } from './time-left'

/** The bottom line: what is going on, and which processor really runs the model. */
export function StatusBar() {
  const engine = useEngine()
  const progress = useAnalyses((state) => state.progress)
  const opening = useStudies((state) => state.opening)
  return (
    <footer className="status-bar" data-testid="status-bar">
      <div className="status-work" role="status">
        {opening ? (
          <OpeningWork what={opening} />
        ) : progress ? (
          <>
            <span data-testid="progress-text">
              {stages[progress.stage]}
              {progress.total > 0 && ` ${progress.done} of ${progress.total} slices`}
            </span>
            <progress value={progress.done} max={Math.max(1, progress.total)} aria-label="Analysis" />
            <TimeLeft jobId={progress.jobId} done={progress.done} total={progress.total} />
            <button type="button" className="link" data-testid="cancel" onClick={cancelAnalysis}>
              Cancel
            </button>
          </>
        ) : (
          <span>{engine.status === 'failed' ? engine.message || 'The engine has failed' : 'Ready'}</span>
        )}
      </div>
      {engine.provider && <ProviderText report={engine.provider} />}
    </footer>
  )
}

const stages = {
  'starting engine': 'Starting the engine',
  reading: 'Reading',
  analysing: 'Analysing',
  'restarting engine': 'The engine stopped and is being restarted'
} as const

/** Which processor runs the model; opened, why the others do not. Closes where anything else is clicked. */
function ProviderText({ report }: { report: ProviderReport }) {
  const details = useRef<HTMLDetailsElement>(null)
  useEffect(() => {
    const closeUnlessInside = ({ target }: MouseEvent): void => {
      if (details.current && !details.current.contains(target as Node)) details.current.open = false
    }
    window.addEventListener('pointerdown', closeUnlessInside)
    return () => window.removeEventListener('pointerdown', closeUnlessInside)
  }, [])
  const unused = report.tried.filter(({ provider, usable }) => provider !== report.used && !usable)
  return (
    <details className="provider" data-testid="provider" ref={details}>
      <summary title={report.reason}>
        Runs on <strong data-testid="provider-used">{report.used}</strong>
        {unused.length > 0 && (
          <span className="quiet"> · not {unused.map(({ provider }) => provider).join(', ')}</span>
        )}
      </summary>
      <ul className="provider-reasons">
        {!report.tried.some(({ reason }) => report.reason.includes(reason)) && <li>{report.reason}</li>}
        {report.tried.map(({ provider, usable, reason }) => (
          <li key={provider}>
            <strong>{provider}</strong> {usable ? 'works' : 'not used'}: {reason}
          </li>
        ))}
      </ul>
    </details>
  )
}
