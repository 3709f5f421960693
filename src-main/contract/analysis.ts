import type { MapName } from './manifest'

/** Providers of ONNX Runtime that Nidus knows, and `auto` for the best one that works here. */
export const providerNames = ['auto', 'cuda', 'dml', 'coreml', 'webgpu', 'cpu'] as const
export type ProviderName = (typeof providerNames)[number]
export type UsedProvider = Exclude<ProviderName, 'auto'>

/** What was asked for, what runs, and why the others do not. */
export interface ProviderReport {
  requested: ProviderName
  used: UsedProvider
  /** one line for the status bar and the report */
  reason: string
  /** every provider tried, in order, with the outcome of its probe */
  tried: { provider: UsedProvider; usable: boolean; reason: string }[]
}

/** A connected region of a map over the threshold, on the source pixel grid. */
export interface Finding {
  /** [x, y, width, height] in source pixels; x counts columns, y counts rows, from 0 */
  bbox: [x: number, y: number, width: number, height: number]
  areaPx: number
  /** null where the pixel spacing is unknown */
  areaMm2: number | null
  /** highest and mean score inside, in score units */
  peak: number
  mean: number
  /** source pixel of the peak */
  peakAt: [x: number, y: number]
}

/** Regions of neighbouring slices that touch, as one body; a region that touches none is a body of its own. */
export interface JoinedFinding {
  /** highest and mean score inside, in score units */
  peak: number
  mean: number
  /** slice and source pixel of the peak */
  peakSlice: number
  peakAt: [x: number, y: number]
  /** range of slices, from 0, both included */
  firstSlice: number
  lastSlice: number
  /** pixels of all slices together */
  voxels: number
  /** null where the distance between the slices or the pixel spacing is unknown */
  volumeMm3: number | null
  /** on the slice where it is largest */
  areaPx: number
  areaMm2: number | null
  /** its regions on the single slices, in slice order; more than one on a slice where it branches */
  parts: { sliceIndex: number; finding: Finding }[]
}

/** In what a series departs from the images that a model was trained on. */
export interface DomainDeparture {
  what: 'resolution' | 'outline of the patient' | 'intensity statistics'
  found: string
  trainedFor: string
}

/** What the pixels of a series say of whether the model fits; `unknown` where the model names no training statistics. */
export interface DomainJudgement {
  status: 'inside' | 'outside' | 'unknown'
  departures: DomainDeparture[]
}

/** Everything of an analysed slice but its pixels. */
export interface SliceAnalysis {
  index: number
  /** by the manifest's choice, see src-main/maps/slice-score.ts; higher is less normal */
  score: number
  /** the score in robust spreads above the median of calibration normals */
  scoreStandardised: number
  /** rec and KL, per-sample sums; KL is null for models without a latent distribution */
  rec: number
  kl: number | null
  maps: MapName[]
  /** highest score in each map (score units) */
  peaks: Partial<Record<MapName, number>>
  findings: Finding[]
  /** false where the slice shows too little of the patient: its maps are at the floor everywhere */
  hasForeground: boolean
}

/** Stamp of every result: enough to make the same one again. */
export interface ResultStamp {
  appVersion: string
  modelId: string
  modelKind: string
  modelVersion: string
  modelSha256: string
  preprocessingVersion: string
  thresholdVersion: string
  provider: ProviderReport
  researchUseOnly: true
}

/** A threshold in use. `value` is in score units of `map`. */
export interface ThresholdChoice {
  id: string
  version: string
  value: number
  map: MapName
}

export interface JobProgress {
  jobId: string
  stage: 'starting engine' | 'reading' | 'analysing' | 'restarting engine'
  done: number
  total: number
}
