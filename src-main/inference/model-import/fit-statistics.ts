import { medianAndSpread } from '../../calibration/sample-statistics'
import { NidusError, toNidusError } from '../../contract/errors'
import { mapFacts } from '../../contract/map-facts'
import type { ManifestThreshold, MapName, ModelManifest } from '../../contract/manifest'
import type { Series, Slice } from '../../contract/study'
import { makeMaps } from '../../maps/make-maps'
import { sliceScoreOf } from '../../maps/slice-score'
import { mapToSourceGrid } from '../../maps/to-source-grid'
import { percentileOfSorted } from '../../preprocess/percentile'
import { prepareAsShown } from '../../preprocess/prepare-as-shown'
import type { PreparedSlice } from '../../preprocess/prepare-slice'
import { readSlice } from '../../study/read-slice'
import type { CatalogueModel } from '../model-catalogue'
import { openMapMaker, type MapOutputs } from '../open-map-maker'
import { bootstrapPercentiles } from './bootstrap-percentiles'

/** One slice of the normal images, with the study that it belongs to. */
export interface NormalSlice {
  study: string
  series: Series
  slice: Slice
}

export interface FittedStatistics {
  statistics: ModelManifest['maps']['statistics']
  thresholds: ManifestThreshold[]
  sliceScore: ModelManifest['sliceScore']
  /** slices that counted */
  slices: number
  /** slices that could not be read or show too little */
  skipped: { path: string; reason: string }[]
}

export interface FitOptions {
  /** stamped on the thresholds */
  version: string
  signal: AbortSignal
  onProgress?(done: number, total: number): void
}

/** Fewer say nothing about a 99th percentile. */
export const fewestNormals = 8

/** Slices that the costly maps are fitted on, evenly spaced over the normals: each takes hundreds of runs. */
const mostForCostly = 24

/** Pixels kept of each map over all slices; of more, evenly spaced ones are taken. */
const pixelsKept = 3e6

const percents = [
  { id: 'p99', percent: 99 },
  { id: 'p95', percent: 95 },
  { id: 'p995', percent: 99.5 }
]
const quantileLevels = [0.5, 0.9, 0.95, 0.99, 0.995, 0.999]

interface MapSamples {
  /** masked pixels of the model grid */
  model: Float32Array[]
  /** eroded pixels of the source grid, where findings are searched; one entry a slice */
  source: Float32Array[]
}

/**
 * Fits from normal images what scores are measured by: median and robust spread of every map over the masked
 * pixels, the ELBO per slice, and thresholds as empirical percentiles of pixel scores on the source grid, with a
 * bootstrap band over studies (or series, or slices, where there are fewer than five of the former). The costly maps
 * are fitted on at most 24 of the slices, evenly spaced; ensembles are not fitted here.
 * @param draft the model, its manifest with any statistics; its file is read and checked
 * @throws model-statistics-failed; what opening the network throws; the signal's reason
 */
export async function fitStatistics(
  draft: CatalogueModel,
  normals: NormalSlice[],
  options: FitOptions
): Promise<FittedStatistics> {
  const maps = draft.manifest.maps.available.filter((map) => mapFacts[map].group !== 'ensemble')
  const costly = maps.filter((map) => mapFacts[map].costly)
  const manifest = withNeutralStatistics(draft.manifest)
  const model = { ...draft, manifest }
  const few = costly.length > 0 ? spacedOut(normals, mostForCostly) : []
  const total = normals.length + few.length
  const most = await passOver(
    model,
    normals,
    maps.filter((map) => !costly.includes(map)),
    { ...options, onProgress: (done) => options.onProgress?.(done, total) }
  )
  const { scores, skipped } = most
  if (most.used.length < fewestNormals) {
    const reason = `${most.used.length} of ${normals.length} slices can be used, at least ${fewestNormals} are needed${skipped[0] ? ` (${skipped[0].reason})` : ''}`
    throw new NidusError('model-statistics-failed', { model: draft.id, reason })
  }
  const rest = await passOver(model, few, costly, {
    ...options,
    onProgress: (done) => options.onProgress?.(normals.length + done, total)
  })
  const statistics: FittedStatistics['statistics'] = {}
  const thresholds: ManifestThreshold[] = []
  // combi is the product of two maps each divided by its spread; these have to be known first
  for (const map of [...maps].sort((a, b) => Number(a === 'combi') - Number(b === 'combi'))) {
    const { samples, used } = costly.includes(map) ? rest : most
    const { model: onModel, source } = samples.get(map) as MapSamples
    const divisor = map === 'combi' ? statistics['grad-kl']!.spread * statistics.rec!.spread : 1
    const own = statisticsOfMap(draft.id, map, joined(onModel), divisor)
    statistics[map] = own
    const scored = source.map((values) => values.map((value) => (value / divisor - own.median) / own.spread))
    thresholds.push(...thresholdsOf(map, scored, groupingOf(used), options.version))
  }
  const sliceScore = medianAndSpread(Float64Array.from(scores).sort())
  if (!(sliceScore.spread > 0)) throw allAlike(draft.id, 'the slice scores')
  return { statistics, thresholds, sliceScore, slices: most.used.length, skipped }
}

/** What one pass over normal images gave. */
interface Pass {
  samples: Map<MapName, MapSamples>
  used: NormalSlice[]
  /** ELBO of each used slice */
  scores: number[]
  skipped: FittedStatistics['skipped']
}

/** Makes some maps of normal images and keeps their pixels. */
async function passOver(
  model: CatalogueModel,
  normals: readonly NormalSlice[],
  maps: readonly MapName[],
  { signal, onProgress }: { signal: AbortSignal; onProgress(done: number): void }
): Promise<Pass> {
  const { manifest } = model
  const pass: Pass = {
    samples: new Map(maps.map((map) => [map, { model: [], source: [] }])),
    used: [],
    scores: [],
    skipped: []
  }
  if (normals.length === 0) return pass
  const keep = Math.max(64, Math.floor(pixelsKept / normals.length))
  const maker = await openMapMaker(model, 'cpu', maps)
  try {
    for (let first = 0; first < normals.length; first += maker.groupSize) {
      if (signal.aborted) throw signal.reason
      const ready: { normal: NormalSlice; prepared: PreparedSlice }[] = []
      for (const normal of normals.slice(first, first + maker.groupSize)) {
        const prepared = await prepare(normal, manifest).catch((thrown: unknown) => toNidusError(thrown))
        if (!(prepared instanceof NidusError)) ready.push({ normal, prepared })
        else pass.skipped.push({ path: normal.slice.source.path, reason: reasonOf(prepared) })
      }
      const outputs = await maker.run(
        ready.map(({ prepared }) => prepared),
        () => signal.aborted
      )
      if (!outputs) throw signal.reason
      ready.forEach(({ normal, prepared }, i) => {
        pass.scores.push(sliceScoreOf(outputs[i], manifest, prepared.eroded, scoreOfNoMap))
        collect(pass.samples, prepared, outputs[i], manifest, keep)
        pass.used.push(normal)
      })
      onProgress(Math.min(first + maker.groupSize, normals.length))
    }
  } finally {
    await maker.dispose()
  }
  return pass
}

/** At most so many of a list, evenly spaced. */
function spacedOut<T>(list: readonly T[], most: number): T[] {
  if (list.length <= most) return [...list]
  return Array.from({ length: most }, (_, i) => list[Math.floor(((i + 0.5) * list.length) / most)])
}

async function prepare({ series, slice }: NormalSlice, manifest: ModelManifest): Promise<PreparedSlice> {
  const pixels = await readSlice(series, slice)
  const prepared = prepareAsShown(pixels, series.valueUnit, manifest)
  if (!prepared.hasForeground || !prepared.modelMask.includes(1)) {
    throw new NidusError('slice-without-foreground', { reason: 'too little of the patient in the slice' })
  }
  return prepared
}

function collect(
  samples: Map<MapName, MapSamples>,
  { tensor, modelMask, eroded, placement }: PreparedSlice,
  outputs: MapOutputs,
  manifest: ModelManifest,
  keep: number
): void {
  const made = makeMaps({ input: tensor, ...outputs }, modelMask, manifest, [...samples.keys()])
  for (const [map, { model, source }] of samples) {
    const values = made[map] as Float32Array
    if (!values.every(Number.isFinite)) {
      const reason = `the network gave a value that is not finite (map ${map}); check --range and the preprocessing`
      throw new NidusError('model-statistics-failed', { model: manifest.id, map, reason })
    }
    model.push(
      spaced(
        values.filter((_, i) => modelMask[i] === 1),
        keep
      )
    )
    const onSource = mapToSourceGrid(values, modelMask, eroded, placement, NaN)
    source.push(spaced(onSource.filter((value) => !Number.isNaN(value)), keep)) // prettier-ignore
  }
}

/** Raw maps come out of standardising by 0 and 1. */
function withNeutralStatistics(manifest: ModelManifest): ModelManifest {
  const neutral = { median: 0, spread: 1 }
  const statistics = Object.fromEntries(
    [...manifest.maps.available, 'rec', 'grad-kl'].map((map) => [map, neutral])
  )
  return { ...manifest, maps: { ...manifest.maps, statistics } }
}

/** A model that is brought is scored by its ELBO: its maps have no statistics before this fit. */
function scoreOfNoMap(map: MapName): never {
  throw new NidusError('internal', { reason: `the slice score is a quantile of ${map}` })
}

function statisticsOfMap(
  model: string,
  map: MapName,
  values: Float32Array,
  divisor: number
): { median: number; spread: number; quantiles: Record<string, number> } {
  const sorted = Float64Array.from(values, (value) => value / divisor).sort()
  const { median, spread } = medianAndSpread(sorted)
  if (!(spread > 0)) throw allAlike(model, `the pixels of the map ${map}`)
  const quantiles = Object.fromEntries(
    quantileLevels.map((level) => [String(level), percentileOfSorted(sorted, 100 * level)])
  )
  return { median, spread, quantiles }
}

interface Grouping {
  units: string
  /** group of each slice */
  groupOf: number[]
  count: number
}

function groupingOf(used: NormalSlice[]): Grouping {
  const keys = [
    ['studies', ({ study }: NormalSlice) => study],
    ['series', ({ study, series }: NormalSlice) => `${study} ${series.seriesInstanceUid}`],
    ['slices', ({ study, slice }: NormalSlice) => `${study} ${slice.id}`]
  ] as const
  for (const [units, keyOf] of keys) {
    const known = [...new Set(used.map(keyOf))]
    if (known.length < 5 && units !== 'slices') continue
    return { units, groupOf: used.map((normal) => known.indexOf(keyOf(normal))), count: known.length }
  }
  throw new NidusError('internal', { reason: 'slices without a group' })
}

function thresholdsOf(
  map: MapName,
  scored: Float32Array[],
  { units, groupOf, count }: Grouping,
  version: string
): ManifestThreshold[] {
  const groups = Array.from({ length: count }, (_, group) =>
    joined(scored.filter((_, slice) => groupOf[slice] === group))
  )
  const pixels = scored.reduce((sum, { length }) => sum + length, 0)
  const found = bootstrapPercentiles(
    groups,
    percents.map(({ percent }) => percent)
  )
  return percents.map(({ id, percent }, i) => ({
    id,
    version,
    map,
    value: found[i].value,
    method: `${percent}th percentile of normal pixel scores, band by bootstrap over ${units}`,
    falsePositiveRate: Number((1 - percent / 100).toFixed(6)),
    confidence: [found[i].low, found[i].high],
    samples: pixels,
    units: `pixels of ${scored.length} slices of ${count} ${units}`
  }))
}

function joined(parts: Float32Array[]): Float32Array {
  const whole = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}

function spaced(values: Float32Array, keep: number): Float32Array {
  if (values.length <= keep) return values
  return Float32Array.from({ length: keep }, (_, i) => values[Math.floor((i * values.length) / keep)])
}

function reasonOf({ code, context }: NidusError): string {
  return String(context.reason ?? code)
}

function allAlike(model: string, what: string): NidusError {
  const reason = `more than half of ${what} have the same value, so there is no spread to measure by; give other normal images, or a foreground rule that leaves the background out (--preprocessing)`
  return new NidusError('model-statistics-failed', { model, reason })
}
