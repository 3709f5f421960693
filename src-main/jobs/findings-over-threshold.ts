import type { JoinedFinding } from '../contract/analysis'
import type { MapName } from '../contract/manifest'
import type { SliceRegions } from '../maps/find-regions'
import { joinFindings } from '../maps/join-findings'
import { sliceNeighbours } from '../maps/slice-neighbours'
import type { SeriesAnalysis } from './analysis-service'
import { regionsOfSlice } from './regions-of-slice'

/** Lets events that wait be handled: a search through a long series must not freeze the app. */
const breathe = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

/** Findings of the analysed slices of a series at any threshold, joined across slices, in their order of rank. */
export async function findingsOverThreshold(
  { series, model, results }: Pick<SeriesAnalysis, 'series' | 'model' | 'results'>,
  question: { map: MapName; threshold: number }
): Promise<JoinedFinding[]> {
  const regions: (SliceRegions | null)[] = []
  for (const [index, result] of results.entries()) {
    if (result) await breathe()
    regions.push(result ? regionsOfSlice(result, series.slices[index], model.manifest, question) : null)
  }
  return joinFindings(regions, sliceNeighbours(series.slices), model.manifest.findings)
}
