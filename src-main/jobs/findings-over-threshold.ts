import type { Finding } from '../contract/analysis'
import type { MapName } from '../contract/manifest'
import { findFindings } from '../maps/find-findings'
import type { SeriesAnalysis } from './analysis-service'
import { renderLayer } from './render-layer'

/** Lets events that wait be handled: a search through a long series must not freeze the app. */
const breathe = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

/**
 * Findings of every analysed slice of a series at any threshold. Slices whose highest score stays below it are
 * passed over without looking at their pixels.
 */
export async function findingsOverThreshold(
  { series, model, results }: Pick<SeriesAnalysis, 'series' | 'model' | 'results'>,
  { map, threshold }: { map: MapName; threshold: number }
): Promise<{ sliceIndex: number; finding: Finding }[]> {
  const { minAreaMm2, minAreaPx } = model.manifest.findings
  const found: { sliceIndex: number; finding: Finding }[] = []
  for (const [sliceIndex, result] of results.entries()) {
    if (!result || !((result.analysis.peaks[map] ?? -Infinity) >= threshold)) continue
    await breathe()
    const { rows, columns, values } = renderLayer(result, model.manifest, map)
    const spacingMm = series.slices[sliceIndex]?.spacingMm ?? null
    const findings = findFindings(values, rows, columns, threshold, { spacingMm, minAreaMm2, minAreaPx })
    found.push(...findings.map((finding) => ({ sliceIndex, finding })))
  }
  return found
}
