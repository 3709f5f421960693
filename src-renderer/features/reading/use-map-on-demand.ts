import { useEffect } from 'react'
import { addMap } from '../../state/added-maps'
import type { Reading } from './use-reading'

/** Has the map that is looked at made where the analysis did not make it of its own accord. */
export function useMapOnDemand(reading: Reading | null): void {
  const seriesId = reading?.series.id ?? null
  const modelId = reading?.manifest?.id ?? null
  const map = reading?.map ?? null
  const state = reading?.analysis ?? null
  const analysisJob = state?.jobId ?? null
  const isOver = state !== null && state.status !== 'running' && state.status !== 'none'
  const isMissing =
    map !== null && (state?.slices.some((slice) => slice && !slice.maps.includes(map)) ?? false)

  useEffect(() => {
    if (seriesId === null || modelId === null || map === null) return
    if (isOver && isMissing) void addMap({ seriesId, modelId, map })
  }, [seriesId, modelId, map, analysisJob, isOver, isMissing])
}
