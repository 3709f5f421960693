import { useEffect, useRef } from 'react'
import { findFindings } from '../../state/findings'
import type { Reading } from '../reading/use-reading'

/**
 * Asks for the findings again whenever the threshold, the map or the slices analysed have changed. Before the result
 * is revealed nothing is asked, so that nothing of it is in the window at all.
 */
export function useFindingsOf(reading: Reading | null): void {
  const seriesId = reading?.revealed ? reading.series.id : undefined
  const map = reading?.map
  const threshold = reading?.threshold ?? 0
  const slices = reading?.analysis?.slices
  const running = reading?.analysis?.status === 'running'
  const lastAsked = useRef(0)
  const lastQuestion = useRef('')
  useEffect(() => {
    if (!seriesId || !map || !slices?.some(Boolean)) return undefined
    const question = `${seriesId}/${map}/${threshold}`
    const isNew = question !== lastQuestion.current
    lastQuestion.current = question
    // slices come many a second while an analysis runs
    const pause = running && !isNew ? 700 - (performance.now() - lastAsked.current) : 0
    const timer = setTimeout(
      () => {
        lastAsked.current = performance.now()
        findFindings({ seriesId, map, threshold })
      },
      Math.max(isNew ? 0 : 20, pause)
    )
    return () => clearTimeout(timer)
  }, [seriesId, map, threshold, slices, running])
}
