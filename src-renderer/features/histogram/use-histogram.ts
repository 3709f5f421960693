import { useEffect, useRef, useState } from 'react'
import type { Response } from '../../../src-main/contract/channels'
import { nidus } from '../../api/nidus'
import type { Reading } from '../reading/use-reading'

export type Histogram = Response<'evidence:histogram'>

/** Bins over the colour scale: about one for every two pixels of the plot. */
const bins = 90

/** The scores of the series in the map being looked at; null until some slice is analysed and revealed. */
export function useHistogram(reading: Reading | null): Histogram | null {
  const [histogram, setHistogram] = useState<Histogram | null>(null)
  const seriesId = reading?.revealed ? reading.series.id : null
  const map = reading?.map ?? null
  const slices = reading?.analysis?.slices
  const running = reading?.analysis?.status === 'running'
  const { low, high } = reading?.range ?? { low: 0, high: 1 }
  const lastAsked = useRef(0)
  useEffect(() => {
    if (!seriesId || !map || !slices?.some(Boolean)) {
      setHistogram(null)
      return undefined
    }
    let left = false
    // slices come many a second while an analysis runs
    const pause = running ? Math.max(0, 1000 - (performance.now() - lastAsked.current)) : 0
    const timer = setTimeout(async () => {
      lastAsked.current = performance.now()
      const answer = await nidus.scoreHistogram({ seriesId, map, low, high, bins })
      if (answer.ok && !left) setHistogram(answer.value)
    }, pause)
    return () => {
      left = true
      clearTimeout(timer)
    }
  }, [seriesId, map, slices, running, low, high])
  return histogram && histogram.seriesId === seriesId && histogram.map === map ? histogram : null
}
