import type { OpeningProgress } from '../contract/opening-channels'
import type { OpenOptions } from './open-studies'

/** Between two reports. */
const intervalMs = 100

/**
 * Turns what happens while studies are opened into reports, at most ten a second.
 * @param report receives the first state at once, and the change of stage
 */
export function watchOpening(
  report: (progress: OpeningProgress) => void
): Pick<OpenOptions, 'onListed' | 'onProgress'> {
  let stage: OpeningProgress['stage'] | null = null
  let reportedAt = 0
  const pass = (now: OpeningProgress['stage'], done: number, total: number): void => {
    const isDue = performance.now() - reportedAt >= intervalMs
    if (stage === now && !isDue) return
    stage = now
    reportedAt = performance.now()
    report({ stage: now, done, total })
  }
  return {
    onListed: (found) => pass('listing', 0, found),
    onProgress: ({ done, total }) => pass(done === total ? 'sorting' : 'reading', done, total)
  }
}
