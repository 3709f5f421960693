import type { JobProgress, ResultStamp, ThresholdChoice } from '../contract/analysis'
import type { AnalysisState, EventPayload, Request, Response } from '../contract/channels'
import { NidusError, toNidusError } from '../contract/errors'
import { usualMaps } from '../contract/map-facts'
import type { Series } from '../contract/study'
import { whyMapUnavailable } from '../contract/why-map-unavailable'
import { withSiteThresholds } from '../contract/with-site-thresholds'
import type { Engine } from '../inference/analyse-series'
import type { AnalysedSlice } from '../inference/engine-protocol'
import type { CatalogueModel } from '../inference/model-catalogue'
import { chooseThreshold } from '../maps/choose-threshold'
import { findFindings } from '../maps/find-findings'
import { judgeDomain } from '../maps/judge-domain'
import { thresholdVersionOf } from '../maps/threshold-version-of'
import { addMap } from './add-map'
import { analysisOrder } from './analysis-order'
import { findingsOverThreshold } from './findings-over-threshold'
import { renderLayer } from './render-layer'
import { scoreHistogram } from './score-histogram'

/** All that is kept of the analysis of a series. */
export interface SeriesAnalysis {
  series: Series
  model: CatalogueModel
  state: AnalysisState
  results: (AnalysedSlice | null)[]
}

interface Needs {
  engine: Pick<Engine, 'analyse'>
  series(seriesId: string): Series
  model(modelId: string): Promise<CatalogueModel>
  /** thresholds that the site approved for images like those of the series, at most one a map */
  siteThresholds(series: Series, model: CatalogueModel): Promise<ThresholdChoice[]>
  appVersion: string
  onProgress(progress: JobProgress): void
  onSlice(event: EventPayload<'event:slice-analysed'>): void
  /** after a run is over, however it ended */
  onEnd?(state: AnalysisState): void
}

/** Runs analyses, one at a time, and keeps what came of them while their series are open. */
export class AnalysisService {
  private readonly analyses = new Map<string, SeriesAnalysis>()
  /** those of second models, by series and model; the first model's are never among them */
  private readonly besides = new Map<string, SeriesAnalysis>()
  private running: Promise<unknown> = Promise.resolve()
  private current: { jobId: string; seriesId: string; stop: AbortController } | null = null

  constructor(private readonly needs: Needs) {}

  /**
   * Analyses a series to its end; a run under way gives way, but a run beside another waits for it. A run that was
   * cancelled or failed is continued where the model and the processor are the same.
   * @returns the state at the end, which may be cancelled or failed
   * @throws not-found, model-*
   */
  async start(request: Request<'analysis:start'>): Promise<AnalysisState> {
    const series = this.needs.series(request.seriesId)
    const model = await this.needs.model(request.modelId)
    const site = await this.needs.siteThresholds(series, model)
    if (request.beside) await this.running
    this.current?.stop.abort()
    const run = this.run(series, model, request, site)
    this.running = run
    return run
  }

  private async run(
    series: Series,
    model: CatalogueModel,
    request: Request<'analysis:start'>,
    site: ThresholdChoice[]
  ): Promise<AnalysisState> {
    const stop = new AbortController()
    this.current = { jobId: request.jobId, seriesId: series.id, stop }
    const analysis = this.prepare(series, model, request, site)
    const { state, results } = analysis
    const searchedAt = state.threshold as ThresholdChoice
    try {
      const { outcome } = await this.needs.engine.analyse(
        {
          series,
          sliceIndexes: analysisOrder(series.slices.length, request.firstSlice).filter((i) => !results[i]),
          model,
          provider: request.provider,
          maps: usualMaps(model.manifest),
          threshold: searchedAt
        },
        {
          onProgress: ({ stage, done, total }) => {
            const before = series.slices.length - total
            this.needs.onProgress({ jobId: request.jobId, stage, done: before + done, total: before + total })
          },
          onProvider: (provider) => {
            state.stamp = stampOf(this.needs.appVersion, model, state.threshold as ThresholdChoice, provider)
          },
          onSlice: (slice) => {
            // the threshold may have been approved since the run began
            const kept = state.threshold === searchedAt ? slice : searchAgain(slice, analysis)
            results[kept.analysis.index] = kept
            state.slices[kept.analysis.index] = kept.analysis
            this.needs.onSlice({ seriesId: series.id, jobId: request.jobId, analysis: kept.analysis })
          },
          onSliceFailed: (sliceIndex, { code, context }) => {
            state.problems.push({ sliceIndex, code, context })
          }
        },
        stop.signal
      )
      state.status = outcome
    } catch (thrown) {
      const { code, context } = toNidusError(thrown)
      state.status = 'failed'
      state.error = { code, context }
    } finally {
      if (this.current?.stop === stop) this.current = null
    }
    const features = results.flatMap((result) => result?.domain ?? [])
    state.domain = judgeDomain(model.manifest.domain, features)
    this.needs.onEnd?.(state)
    return { ...state }
  }

  /**
   * Makes one more map of the slices that are analysed already; waits for a run under way, and gives way to a new
   * analysis.
   * @returns the state with the map in every slice that it was made of
   * @throws not-found, map-unavailable, engine-*
   */
  async addMap(request: Request<'analysis:add-map'>): Promise<AnalysisState> {
    while (this.current) await this.running
    const analysis = this.find(request.seriesId, request.modelId)
    const { seriesId, jobId, map } = request
    if (!analysis) throw new NidusError('not-found', { seriesId, reason: 'the series is not analysed' })
    const why = whyMapUnavailable(analysis.model.manifest, map)
    if (why) throw new NidusError('map-unavailable', { map, model: request.modelId, reason: why })
    const stop = new AbortController()
    this.current = { jobId, seriesId, stop }
    const run = addMap(
      analysis,
      request,
      this.needs.engine,
      {
        onProgress: (progress) => this.needs.onProgress({ jobId, ...progress }),
        onSlice: (slice) => this.needs.onSlice({ seriesId, jobId, analysis: slice })
      },
      stop.signal
    )
    this.running = run.catch(() => undefined)
    try {
      await run
    } finally {
      if (this.current?.stop === stop) this.current = null
    }
    return { ...analysis.state }
  }

  /** Stops the run of this job; what it has finished stays. Nothing happens where it is over. */
  cancel(jobId: string): void {
    if (this.current?.jobId === jobId) this.current.stop.abort()
  }

  /** What is known of the analysis of a series. @throws not-found */
  state(seriesId: string, modelId?: string): AnalysisState {
    return this.find(seriesId, modelId)?.state ?? emptyState(this.needs.series(seriesId))
  }

  /** Everything kept of the analysis of a series; null where it was not analysed. */
  analysisOf(seriesId: string): SeriesAnalysis | null {
    return this.analyses.get(seriesId) ?? null
  }

  /** A map or the reconstruction of a slice on its own pixel grid. @throws not-found, map-unavailable */
  layer({ seriesId, sliceIndex, layer, modelId }: Request<'analysis:map'>): Response<'analysis:map'> {
    const analysis = this.find(seriesId, modelId)
    const result = analysis?.results[sliceIndex]
    if (!analysis || !result) {
      throw new NidusError('not-found', { seriesId, sliceIndex, reason: 'the slice is not analysed' })
    }
    return { seriesId, sliceIndex, layer, ...renderLayer(result, analysis.model.manifest, layer) }
  }

  /** Findings of all slices analysed so far, at any threshold. Gives way to other work between slices. */
  async findings(request: Request<'analysis:findings'>): Promise<Response<'analysis:findings'>> {
    const analysis = this.find(request.seriesId, request.modelId)
    return { ...request, findings: analysis ? await findingsOverThreshold(analysis, request) : [] }
  }

  /** Forgets series that were closed. */
  forget(seriesIds: string[]): void {
    for (const seriesId of seriesIds) {
      if (this.current?.seriesId === seriesId) this.current.stop.abort()
      this.analyses.delete(seriesId)
      for (const [key, { series }] of this.besides) if (series.id === seriesId) this.besides.delete(key)
    }
  }

  /** How the scores of all slices analysed so far are spread. @throws not-found */
  async histogram(request: Request<'evidence:histogram'>): Promise<Response<'evidence:histogram'>> {
    const analysis = this.find(request.seriesId)
    if (!analysis) throw new NidusError('not-found', { seriesId: request.seriesId, reason: 'not analysed' })
    return scoreHistogram(analysis, request)
  }

  /** The analysis of a series with one model; without a model the one being read. */
  private find(seriesId: string, modelId?: string): SeriesAnalysis | undefined {
    const first = this.analyses.get(seriesId)
    if (modelId === undefined || first?.model.manifest.id === modelId) return first
    return this.besides.get(besideKey(seriesId, modelId))
  }

  /**
   * Puts the thresholds that the site approves now in the place of those that analyses were made with: findings of
   * slices are searched again, stamps name the version. Gives way to other work between slices.
   * @returns series whose thresholds have changed
   */
  async renewThresholds(): Promise<string[]> {
    const changed: string[] = []
    for (const analysis of [...this.analyses.values(), ...this.besides.values()]) {
      const { state, series, model, results } = analysis
      const site = await this.needs.siteThresholds(series, model)
      if (JSON.stringify(site) === JSON.stringify(state.siteThresholds)) continue
      const threshold = firstThreshold(model, site)
      const moved = threshold.value !== state.threshold?.value
      state.siteThresholds = site
      state.threshold = threshold
      if (state.stamp) state.stamp = { ...state.stamp, thresholdVersion: thresholdVersionOf(threshold) }
      for (const [index, result] of moved ? results.entries() : []) {
        if (!result) continue
        await new Promise((resolve) => setImmediate(resolve))
        const again = searchAgain(result, analysis)
        results[index] = again
        state.slices[index] = again.analysis
      }
      changed.push(series.id)
    }
    return changed
  }

  private prepare(
    series: Series,
    model: CatalogueModel,
    request: Request<'analysis:start'>,
    siteThresholds: ThresholdChoice[]
  ): SeriesAnalysis {
    const key = besideKey(series.id, model.manifest.id)
    const before = request.beside ? this.besides.get(key) : this.analyses.get(series.id)
    const threshold = firstThreshold(model, siteThresholds)
    const continues =
      before !== undefined &&
      before.state.status !== 'done' &&
      before.model === model &&
      before.state.threshold?.value === threshold.value &&
      before.state.stamp?.provider.requested === request.provider
    const analysis: SeriesAnalysis = {
      series,
      model,
      results: continues ? before.results : series.slices.map(() => null),
      state: {
        ...emptyState(series),
        jobId: request.jobId,
        status: 'running',
        threshold,
        siteThresholds,
        slices: continues ? before.state.slices : series.slices.map(() => null)
      }
    }
    if (request.beside) this.besides.set(key, analysis)
    else this.analyses.set(series.id, analysis)
    return analysis
  }
}

const besideKey = (seriesId: string, modelId: string): string => `${seriesId}|${modelId}`

function emptyState({ id, slices }: Series): AnalysisState {
  return {
    seriesId: id,
    jobId: null,
    status: 'none',
    stamp: null,
    threshold: null,
    siteThresholds: [],
    slices: slices.map(() => null),
    problems: [],
    error: null
  }
}

function firstThreshold({ manifest }: CatalogueModel, site: ThresholdChoice[]): ThresholdChoice {
  return chooseThreshold(withSiteThresholds(manifest, site), manifest.maps.default)
}

/** A slice with the findings at the threshold that is in use now. */
function searchAgain(slice: AnalysedSlice, { series, model, state }: SeriesAnalysis): AnalysedSlice {
  const { map, value } = state.threshold as ThresholdChoice
  const { values, rows, columns } = renderLayer(slice, model.manifest, map)
  const spacingMm = series.slices[slice.analysis.index]?.spacingMm ?? null
  const limits = { spacingMm, ...model.manifest.findings }
  const findings = slice.analysis.hasForeground ? findFindings(values, rows, columns, value, limits) : []
  return { ...slice, analysis: { ...slice.analysis, findings } }
}

function stampOf(
  appVersion: string,
  { manifest }: CatalogueModel,
  threshold: ThresholdChoice,
  provider: ResultStamp['provider']
): ResultStamp {
  return {
    appVersion,
    modelId: manifest.id,
    modelKind: manifest.kind,
    modelVersion: manifest.version,
    modelSha256: manifest.sha256,
    preprocessingVersion: manifest.preprocessing.version,
    thresholdVersion: thresholdVersionOf(threshold),
    provider,
    researchUseOnly: true
  }
}
