import { useEffect } from 'react'
import { hasLayer, loadLayer } from '../../viewer/layer-source'
import { hasSlice, loadSlice, slicesKept } from '../../viewer/slice-source'
import type { Reading } from './use-reading'

/** While an analysis wants the readers for itself, no more than this many slices to either side are loaded ahead. */
const reachWhileBusy = 4
/** The reader is still on the move until then. */
const restMs = 60

/**
 * Loads the slices about the one being read and their maps, nearest first, while nothing else is asked for: the whole
 * series where it can be kept, so that scrolling waits for nothing.
 */
export function usePrefetch(reading: Reading | null): void {
  const seriesId = reading?.series.id ?? null
  const count = reading?.series.slices.length ?? 0
  const sliceIndex = reading?.sliceIndex ?? 0
  const analysed = reading?.analysis?.slices
  const busy = reading?.analysis?.status === 'running'
  const map = reading?.map ?? null
  const modelId = reading?.besideModelId
  const { rows = 1, columns = 1 } = reading?.slice ?? {}

  useEffect(() => {
    if (seriesId === null) return
    let left = false
    const loadAhead = async (index: number): Promise<void> => {
      if (index < 0 || index >= count) return
      // a slice that can not be read says so when it is looked at
      if (!hasSlice(seriesId, index)) await loadSlice(seriesId, index).catch(() => undefined)
      if (!map || !analysed?.[index]?.maps.includes(map) || left) return
      const key = { seriesId, sliceIndex: index, layer: map, modelId }
      if (!hasLayer(key)) await loadLayer(key).catch(() => undefined)
    }
    // to either side; a fifth stays free for other series
    const reach = busy ? reachWhileBusy : Math.floor(0.4 * slicesKept(rows, columns))
    const timer = setTimeout(async () => {
      for (let distance = 1; distance <= Math.min(reach, count); distance++) {
        if (left) return
        // side by side, as there are several readers
        await Promise.all([sliceIndex + distance, sliceIndex - distance].map(loadAhead))
      }
    }, restMs)
    return () => {
      left = true
      clearTimeout(timer)
    }
  }, [seriesId, sliceIndex, count, analysed, busy, map, modelId, rows, columns])
}
