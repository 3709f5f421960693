import { useEffect } from 'react'
import { loadLayer } from '../../viewer/layer-source'
import { loadSlice } from '../../viewer/slice-source'
import type { Reading } from './use-reading'

/** Loads the slices next to the one being read, nearest first, and their maps, while nothing else is asked for. */
export function usePrefetch(reading: Reading | null, reach = 4): void {
  const seriesId = reading?.series.id ?? null
  const count = reading?.series.slices.length ?? 0
  const sliceIndex = reading?.sliceIndex ?? 0
  const analysed = reading?.analysis?.slices
  const map = reading?.map ?? null

  useEffect(() => {
    if (seriesId === null) return
    let left = false
    const loadAhead = async (index: number): Promise<void> => {
      if (index < 0 || index >= count) return
      // a slice that can not be read says so when it is looked at
      await loadSlice(seriesId, index).catch(() => undefined)
      if (map && analysed?.[index] && !left) {
        await loadLayer({ seriesId, sliceIndex: index, layer: map }).catch(() => undefined)
      }
    }
    const timer = setTimeout(async () => {
      for (let distance = 1; distance <= reach; distance++) {
        if (left) return
        // side by side, as there are several readers
        await Promise.all([sliceIndex + distance, sliceIndex - distance].map(loadAhead))
      }
    }, 60)
    return () => {
      left = true
      clearTimeout(timer)
    }
  }, [seriesId, sliceIndex, count, analysed, map, reach])
}
