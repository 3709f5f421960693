import { cancelOpening, useStudies } from '../../state/studies'
import { TimeLeft } from './time-left'

/** What is being opened, how far that has come, and the way to stop it. */
export function OpeningWork({ what }: { what: string }) {
  const progress = useStudies((state) => state.progress)
  if (!progress) return <span>{what}…</span>
  const { stage, done, total } = progress
  const words = {
    listing: `${total} files found`,
    reading: `${done} of ${total} files read`,
    sorting: `sorting ${total} files`
  }
  return (
    <>
      <span data-testid="opening-text">
        {what}: {words[stage]}
      </span>
      {stage !== 'listing' && <progress value={done} max={Math.max(1, total)} aria-label="Opening" />}
      {stage === 'reading' && <TimeLeft jobId={what} done={done} total={total} />}
      <button
        type="button"
        className="link"
        data-testid="cancel-opening"
        onClick={() => void cancelOpening()}
      >
        Cancel
      </button>
    </>
  )
}
