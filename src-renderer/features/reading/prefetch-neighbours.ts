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
    const timer = setTimeout(async () => {
      for (let distance = 1; distance <= reach; distance++) {
        for (const index of [sliceIndex + distance, sliceIndex - distance]) {
          if (left) return
          if (index < 0 || index >= count) continue
          // a slice that can not be read says so when it is looked at
          await loadSlice(seriesId, index).catch(() => undefined)
          if (map && analysed?.[index]) {
            await loadLayer({ seriesId, sliceIndex: index, layer: map }).catch(() => undefined)
          }
        }
      }
    }, 60)
    return () => {
      left = true
      clearTimeout(timer)
    }
  }, [seriesId, sliceIndex, count, analysed, map, reach])
}
