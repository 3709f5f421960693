import type { ProviderName, ProviderReport, SliceAnalysis, ThresholdChoice } from '../contract/analysis'
import type { UsedProvider } from '../contract/analysis'
import type { ErrorCode, ErrorContext, NidusError } from '../contract/errors'
import type { JobProgress } from '../contract/analysis'
import type { MapName } from '../contract/manifest'
import type { Series } from '../contract/study'
import type { DomainFeatures } from '../preprocess/domain-features'
import type { Placement } from '../preprocess/prepare-slice'
import type { CatalogueModel } from './model-catalogue'

/**
 * One slice with its maps, which stay on the small model grid: the source grid is rendered on demand by
 * mapToSourceGrid and reconstructionToSourceGrid from what stands here.
 */
export interface AnalysedSlice {
  analysis: SliceAnalysis
  placement: Placement
  /** [rows * columns] of the source, 0 or 1 */
  eroded: Uint8Array
  /** [height * width] of the model grid, 0 or 1 */
  modelMask: Uint8Array
  /** model value = (modality value - offset) * factor, before clipping */
  offset: number
  factor: number
  /** standardised score units, [height * width] each */
  maps: Partial<Record<MapName, Float32Array>>
  /** one sample in the model's layout */
  reconstruction: Float32Array
  /** null where the model names no training statistics, or nothing of the patient shows */
  domain?: DomainFeatures | null
}

/**
 * Milliseconds of work by stage, summed over slices. Stages overlap, so their sum may pass `total`.
 * `load`: waiting for slices to be read and decoded, as far as no other work hid it; `inference`: the network;
 * `maps`: maps, findings and scores;
 * `start`: engine process, provider probe and session; `total`: wall time of the run.
 */
export interface RunTimings {
  start: number
  load: number
  preprocess: number
  inference: number
  maps: number
  total: number
}

export interface AnalyseRequest {
  series: Series
  /** in the wanted order */
  sliceIndexes: number[]
  model: CatalogueModel
  provider: ProviderName
  maps: MapName[]
  /** for the findings */
  threshold: ThresholdChoice
}

export interface AnalyseEvents {
  onSlice?(slice: AnalysedSlice): void
  onSliceFailed?(index: number, error: NidusError): void
  /** at most ten times a second, and once at the end of a run that was not cancelled */
  onProgress?(progress: Pick<JobProgress, 'stage' | 'done' | 'total'>): void
  /** once before the first slice, and again where a crash forces another provider */
  onProvider?(report: ProviderReport): void
}

/** Cancelled is an outcome: what was analysed until then has been delivered. */
export interface AnalyseOutcome {
  outcome: 'done' | 'cancelled'
  provider: ProviderReport
  timingsMs: RunTimings
}

/** A request as it goes to the engine process: with the provider chosen. */
export type EngineRequest = Omit<AnalyseRequest, 'provider'> & { provider: UsedProvider }

/** Messages from the parent to the engine process. */
export type ToEngine =
  | { kind: 'analyse'; runId: number; request: EngineRequest }
  | { kind: 'cancel'; runId: number }
  | { kind: 'probe'; provider: UsedProvider; model: CatalogueModel; maps: MapName[] }

/** Messages from the engine process to the parent. */
export type FromEngine =
  | { kind: 'slice'; runId: number; slice: AnalysedSlice }
  | { kind: 'slice-failed'; runId: number; index: number; code: ErrorCode; context: ErrorContext }
  | { kind: 'ended'; runId: number; outcome: 'done' | 'cancelled'; timingsMs: Omit<RunTimings, 'total'> }
  | { kind: 'failed'; runId: number; code: ErrorCode; context: ErrorContext }
  | { kind: 'probed'; usable: boolean; reason: string }

/** The engine process's side of the channel. */
export interface EnginePort {
  post(message: FromEngine): void
  onMessage(listener: (message: ToEngine) => void): void
}

/** The parent's side: a running engine process, whatever started it. */
export interface EngineProcess {
  post(message: ToEngine): void
  onMessage(listener: (message: FromEngine) => void): void
  /** called once, also where the process could not be started */
  onExit(listener: (exitCode: number | null, signal: string | null) => void): void
  kill(): void
}
export type SpawnEngine = () => EngineProcess
