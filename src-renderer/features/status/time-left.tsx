import { useEffect, useReducer } from 'react'
import { advancePace, followClock, timeLeftWords, type Pace, type Stride } from '../../state/pace'

/** How long a run will still take, at the pace of its last slices or files. */
export function TimeLeft({ jobId, done, total }: Stride) {
  const [pace, take] = useReducer(
    (before: Pace | null, { stride, now }: { stride: Stride | null; now: number }): Pace | null =>
      stride ? advancePace(before, stride, now) : before && followClock(before, now),
    null
  )
  useEffect(() => take({ stride: { jobId, done, total }, now: performance.now() }), [jobId, done, total])
  useEffect(() => {
    const tick = setInterval(() => take({ stride: null, now: performance.now() }), 1000)
    return () => clearInterval(tick)
  }, [])
  const words = pace?.jobId === jobId ? timeLeftWords(pace) : ''
  return words === '' ? null : (
    <span className="quiet" data-testid="time-left" aria-live="off">
      {words}
    </span>
  )
}
