import type { Request, Response } from '../contract/channels'
import type { ModelManifest } from '../contract/manifest'
import type { AnalysedSlice } from '../inference/engine-protocol'
import type { SeriesAnalysis } from './analysis-service'
import { renderLayer } from './render-layer'

/** What is counted of one slice: the bins, then the scores below and from the end on. */
type Counts = Uint32Array

/** Counts by slice and question: while a series is analysed, each new question counts the new slices alone. */
const counted = new WeakMap<AnalysedSlice, Map<string, Counts>>()

/** Lets events that wait be handled. */
const breathe = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

/** Histogram of a map over the foreground of all analysed slices, on the source grid. */
export async function scoreHistogram(
  { model, results }: Pick<SeriesAnalysis, 'model' | 'results'>,
  request: Request<'evidence:histogram'>
): Promise<Response<'evidence:histogram'>> {
  const { seriesId, map, low, high, bins } = request
  const sum = new Float64Array(bins + 2)
  let slices = 0
  for (const result of results) {
    if (!result) continue
    const counts = await countSlice(result, model.manifest, request)
    for (let bin = 0; bin < sum.length; bin++) sum[bin] += counts[bin]
    slices++
  }
  const counts = Array.from(sum)
  return {
    seriesId,
    map,
    low,
    high,
    counts: counts.slice(0, bins),
    below: sum[bins],
    above: sum[bins + 1],
    slices
  }
}

async function countSlice(
  result: AnalysedSlice,
  manifest: ModelManifest,
  { map, low, high, bins }: Request<'evidence:histogram'>
): Promise<Counts> {
  const question = `${map}/${low}/${high}/${bins}`
  const known = counted.get(result) ?? new Map<string, Counts>()
  counted.set(result, known)
  const before = known.get(question)
  if (before) return before
  await breathe()
  const counts = new Uint32Array(bins + 2)
  if (result.analysis.hasForeground) {
    const { values } = renderLayer(result, manifest, map)
    const perBin = bins / (high - low)
    for (let pixel = 0; pixel < values.length; pixel++) {
      if (!result.eroded[pixel]) continue
      const score = values[pixel]
      counts[
        score < low ? bins : score < high ? Math.min(bins - 1, Math.floor((score - low) * perBin)) : bins + 1
      ]++
    }
  }
  known.set(question, counts)
  return counts
}
