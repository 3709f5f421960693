import type { JobProgress, ResultStamp, ThresholdChoice } from '../contract/analysis'
import type { AnalysisState, EventPayload, Request, Response } from '../contract/channels'
import { NidusError, toNidusError } from '../contract/errors'
import type { Series } from '../contract/study'
import type { Engine } from '../inference/analyse-series'
import type { AnalysedSlice } from '../inference/engine-protocol'
import type { CatalogueModel } from '../inference/model-catalogue'
import { chooseThreshold } from '../maps/choose-threshold'
import { analysisOrder } from './analysis-order'
import { findingsOverThreshold } from './findings-over-threshold'
import { renderLayer } from './render-layer'

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
    if (request.beside) await this.running
    this.current?.stop.abort()
    const run = this.run(series, model, request)
    this.running = run
    return run
  }

  private async run(
    series: Series,
    model: CatalogueModel,
    request: Request<'analysis:start'>
  ): Promise<AnalysisState> {
    const stop = new AbortController()
    this.current = { jobId: request.jobId, seriesId: series.id, stop }
    const analysis = this.prepare(series, model, request)
    const { state, results } = analysis
    try {
      const { outcome } = await this.needs.engine.analyse(
        {
          series,
          sliceIndexes: analysisOrder(series.slices.length, request.firstSlice).filter((i) => !results[i]),
          model,
          provider: request.provider,
          maps: model.manifest.maps.available,
          threshold: state.threshold as ThresholdChoice
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
            results[slice.analysis.index] = slice
            state.slices[slice.analysis.index] = slice.analysis
            this.needs.onSlice({ seriesId: series.id, jobId: request.jobId, analysis: slice.analysis })
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
    this.needs.onEnd?.(state)
    return { ...state }
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

  /** The analysis of a series with one model; without a model the one being read. */
  private find(seriesId: string, modelId?: string): SeriesAnalysis | undefined {
    const first = this.analyses.get(seriesId)
    if (modelId === undefined || first?.model.manifest.id === modelId) return first
    return this.besides.get(besideKey(seriesId, modelId))
  }

  private prepare(series: Series, model: CatalogueModel, request: Request<'analysis:start'>): SeriesAnalysis {
    const key = besideKey(series.id, model.manifest.id)
    const before = request.beside ? this.besides.get(key) : this.analyses.get(series.id)
    const threshold = chooseThreshold(model.manifest, model.manifest.maps.default)
    const continues =
      before !== undefined &&
      before.state.status !== 'done' &&
      before.model === model &&
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
    slices: slices.map(() => null),
    problems: [],
    error: null
  }
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
    thresholdVersion: `${threshold.id} ${threshold.version}`,
    provider,
    researchUseOnly: true
  }
}
