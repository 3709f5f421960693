import type { OpeningProgress, SeriesSoFar } from '../contract/opening-channels'
import type { FileHeader } from './read-file-header'
import type { OpenOptions } from './read-headers'

/** Between two reports. */
const intervalMs = 100

/** More series than this do not fit into the list of what was met so far. */
const mostShown = 50

/**
 * Turns what happens while studies are opened into reports, at most ten a second.
 * @param report receives the first state at once, and the change of stage
 */
export function watchOpening(report: (progress: OpeningProgress) => void): Omit<OpenOptions, 'signal'> {
  const met = new Map<string, SeriesSoFar>()
  let stage: OpeningProgress['stage'] | null = null
  let reportedAt = 0
  const pass = (now: OpeningProgress['stage'], done: number, total: number): void => {
    const isDue = performance.now() - reportedAt >= intervalMs
    if (stage === now && !isDue) return
    stage = now
    reportedAt = performance.now()
    report({ stage: now, done, total, series: [...met.values()].slice(0, mostShown) })
  }
  const count = ({ header }: FileHeader): void => {
    const { modality, seriesDescription, seriesInstanceUid, frameCount } = header
    if (header.format !== 'dicom') return
    const key = seriesInstanceUid ?? ''
    const series = met.get(key) ?? { modality, description: seriesDescription || null, images: 0 }
    series.images += frameCount
    met.set(key, series)
  }
  return {
    onListed: (found) => pass('listing', 0, found),
    onProgress({ done, total, header }) {
      if (header) count(header)
      pass(done === total ? 'sorting' : 'reading', done, total)
    }
  }
}
