import type { MapName, ModelManifest } from '../contract/manifest'
import type { Slice } from '../contract/study'
import type { AnalysedSlice } from '../inference/engine-protocol'
import { findRegions, type SliceRegions } from '../maps/find-regions'
import { renderLayer } from './render-layer'

/** Regions of an analysed slice over a threshold; its pixels are not looked at where its peak stays below. */
export function regionsOfSlice(
  result: AnalysedSlice,
  slice: Pick<Slice, 'spacingMm'>,
  manifest: ModelManifest,
  { map, threshold }: { map: MapName; threshold: number }
): SliceRegions {
  if (!((result.analysis.peaks[map] ?? -Infinity) >= threshold))
    return { regions: [], runs: new Int32Array(0) }
  const { rows, columns, values } = renderLayer(result, manifest, map)
  return findRegions(values, rows, columns, threshold, slice.spacingMm)
}
