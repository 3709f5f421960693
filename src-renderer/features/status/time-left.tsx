import { useEffect, useState } from 'react'

/** An estimate from the pace so far; it starts once a few slices are through. */
export function TimeLeft({ jobId, done, total }: { jobId: string; done: number; total: number }) {
  const [started, setStarted] = useState({ jobId, at: performance.now(), done })
  useEffect(() => {
    if (started.jobId !== jobId || (started.done === 0 && done === 0)) {
      setStarted({ jobId, at: performance.now(), done })
    }
  }, [jobId, done, started])
  const through = done - started.done
  if (through < 3 || done >= total) return null
  const seconds = ((performance.now() - started.at) / through / 1000) * (total - done)
  return (
    <span className="quiet">
      about {seconds < 60 ? `${Math.ceil(seconds)} s` : `${Math.ceil(seconds / 60)} min`} left
    </span>
  )
}
