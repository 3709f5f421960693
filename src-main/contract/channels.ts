import { z } from 'zod'
import type {
  JobProgress,
  ProviderReport,
  ResultStamp,
  SliceAnalysis,
  DomainJudgement,
  JoinedFinding,
  ThresholdChoice
} from './analysis'
import { providerNames } from './analysis'
import {
  calibrationRequests,
  type CalibrationEvents,
  type CalibrationResponses
} from './calibration-channels'
import type { ChannelName, EventName } from './channel-names'
import type { ErrorCode, ErrorContext } from './errors'
import { feedbackRequestSchemas, type FeedbackEvents, type FeedbackResponses } from './feedback-channels'
import { mapNameSchema, type MapName, type ModelManifest } from './manifest'
import { evidenceRequests, type EvidenceResponses } from './evidence-channels'
import { modelRequests, type ModelEvents, type ModelResponses } from './model-channels'
import { openingRequests, type OpeningEvents, type OpeningResponses } from './opening-channels'
import { settingsRequests, type SettingsEvents, type SettingsResponses } from './settings-channels'
import type { OpenedStudies } from './study'

/**
 * The requests that the renderer may send, parsed in main before any service sees them, and the types of the
 * answers. Written once: names in channel-names.ts, request schemas and response types here.
 */

const nothing = z.undefined()
const seriesId = z.string().min(1).max(200)
const sliceIndex = z.number().int().nonnegative()
const jobId = z.string().min(1).max(100)
/** of whose analysis is asked; without it the one of the model being read with */
const modelId = z.string().min(1).max(200).optional()
const layer = z.union([mapNameSchema, z.literal('reconstruction')])
export type LayerName = z.infer<typeof layer>

export const requestSchemas = {
  'app:facts': nothing,
  'app:first-heatmap-shown': nothing,
  'study:open-dialog': z.object({ what: z.enum(['files', 'folder']) }),
  'study:open-demo': nothing,
  'study:open-dropped': z.object({ paths: z.array(z.string().min(1).max(4096)).min(1).max(10_000) }),
  'study:list': nothing,
  'study:close-all': nothing,
  /** the id counts where the series has grown meanwhile and the index means another slice */
  'study:pixels': z.object({ seriesId, sliceIndex, sliceId: z.string().min(1).max(200).optional() }),
  'study:thumbnail': z.object({ seriesId }),
  'model:list': nothing,
  'analysis:start': z.object({
    jobId,
    seriesId,
    modelId: z.string().min(1).max(200),
    provider: z.enum(providerNames),
    /** analysed first, so that what the reader looks at is there first */
    firstSlice: sliceIndex,
    /** keeps what another model made of the series, and waits for a run under way instead of ending it */
    beside: z.boolean().optional()
  }),
  'analysis:add-map': z.object({
    jobId,
    seriesId,
    modelId: z.string().min(1).max(200),
    map: mapNameSchema,
    provider: z.enum(providerNames),
    firstSlice: sliceIndex
  }),
  'analysis:cancel': z.object({ jobId }),
  'analysis:state': z.object({ seriesId, modelId }),
  'analysis:map': z.object({ seriesId, sliceIndex, layer, modelId }),
  'analysis:findings': z.object({ seriesId, map: mapNameSchema, threshold: z.number().finite(), modelId }),
  'engine:state': nothing,
  ...openingRequests,
  ...modelRequests,
  ...evidenceRequests,
  ...settingsRequests,
  ...feedbackRequestSchemas,
  ...calibrationRequests
} as const satisfies Record<ChannelName, z.ZodType>

/** What the window shows of the app itself. */
export interface AppFacts {
  version: string
  electronVersion: string
  notice: string
  platform: string
  /** what was being opened when the window came up: the demo study, or paths from the command line */
  launch: 'demo' | 'paths'
  /** true where the window exists to be captured once its first heatmap is up */
  forScreenshot: boolean
}

/** The middle slice of a series, small, for the study list. */
export interface ThumbnailMessage {
  seriesId: string
  rows: number
  columns: number
  /** height of a pixel divided by its width, for pixels that are not square */
  pixelAspect: number
  /** 8-bit red, green, blue, [rows * columns * 3] */
  rgb: Uint8ClampedArray
}

/** Pixels of one slice for display. `values`: modality values, [rows * columns], row by row. */
export interface SlicePixelsMessage {
  seriesId: string
  sliceIndex: number
  rows: number
  columns: number
  values: Float32Array
  /** stored values before rescale, same order; null where a pixel has several */
  stored: Float32Array | Float64Array | null
  /** red, green, blue of each pixel for colour images, [rows * columns * 3]; null for grey ones */
  rgb: Uint8Array | null
  /** red, green, blue, alpha of single pixels that grey images show in colour, [rows * columns * 4]; null as usual */
  supplement: Uint8Array | null
  minimum: number
  maximum: number
  /** [rows * columns], 1 for padding, which is background and no measurement; null where there is none */
  padding: Uint8Array | null
  /** true for MONOCHROME1: low values are to be shown bright */
  inverted: boolean
  /** the file ends inside the pixels; what is missing is filled up */
  partial?: boolean
  /** rows at the end that are not wholly there; absent where what is missing lies everywhere */
  missingRows?: number
  /** integers beyond 2^53 lost their last digits */
  rounded?: boolean
  /** [rows * columns], 1 where a graphic overlay of the file is set; null where there is none */
  overlay?: Uint8Array | null
  spacingMm: [row: number, column: number] | null
  /** height and width of a pixel where `spacingMm` is null, of which only the ratio means anything */
  pixelAspect?: [row: number, column: number] | null
}

/** One map or the reconstruction on the source grid: [rows * columns], score units or modality values. */
export interface LayerMessage {
  seriesId: string
  sliceIndex: number
  layer: LayerName
  rows: number
  columns: number
  values: Float32Array
  /** score that a pixel outside the analysed foreground has; null for the reconstruction */
  floor: number | null
}

export interface ModelSummary {
  id: string
  manifest: ModelManifest | null
  /** why the model cannot be used; null when it can */
  problem: { code: ErrorCode; context: ErrorContext } | null
}

/** How the models suit a series. */
export interface ModelSuitability {
  /** the model that `auto` takes; null where there is none at all */
  suggested: string | null
  /** modelId -> where the series departs from what the model was trained for */
  mismatches: Record<string, { what: string; found: string; trainedFor: string }[]>
}

export interface EngineState {
  status: 'idle' | 'starting' | 'running' | 'restarting' | 'failed'
  provider: ProviderReport | null
  message: string
}

/** What is known of the analysis of a series. `slices[i]` is null until slice i is analysed. */
export interface AnalysisState {
  seriesId: string
  jobId: string | null
  status: 'none' | 'running' | 'done' | 'cancelled' | 'failed'
  stamp: ResultStamp | null
  /** of the findings of slices: the first of the default map, the site's before the model's */
  threshold: ThresholdChoice | null
  /** approved by the site for images like these, at most one a map; they go before those of the model */
  siteThresholds: ThresholdChoice[]
  slices: (SliceAnalysis | null)[]
  problems: { sliceIndex: number; code: ErrorCode; context: ErrorContext }[]
  /** once a run is over */
  domain?: DomainJudgement
  error: { code: ErrorCode; context: ErrorContext } | null
}

export interface Responses
  extends
    ModelResponses,
    OpeningResponses,
    SettingsResponses,
    EvidenceResponses,
    FeedbackResponses,
    CalibrationResponses {
  'app:facts': AppFacts
  'app:first-heatmap-shown': null
  /** null when the person closed the dialog */
  'study:open-dialog': OpenedStudies | null
  'study:open-demo': OpenedStudies
  'study:open-dropped': OpenedStudies
  'study:list': OpenedStudies
  'study:close-all': null
  'study:pixels': SlicePixelsMessage
  'study:thumbnail': ThumbnailMessage
  'model:list': {
    models: ModelSummary[]
    /** seriesId -> how each model suits it */
    suits: Record<string, ModelSuitability>
  }
  'analysis:start': AnalysisState
  /** once the map is made of every slice analysed, or cancelled */
  'analysis:add-map': AnalysisState
  'analysis:cancel': null
  'analysis:state': AnalysisState
  'analysis:map': LayerMessage
  'analysis:findings': {
    seriesId: string
    map: MapName
    threshold: number
    /** joined across slices, the highest peak first */
    findings: JoinedFinding[]
  }
  'engine:state': EngineState
}

/** Menu entries whose work the window does. */
export type MenuCommand =
  | 'open-files'
  | 'open-folder'
  | 'open-demo'
  | 'close-all'
  | 'toggle-heatmap'
  | 'toggle-graphics'
  | 'toggle-identifiers'
  | 'layout-overlay'
  | 'layout-side-by-side'
  | 'reset-view'
  | 'settings'
  | 'thresholds'
  | 'shortcuts'
  | 'about'

export interface Events
  extends ModelEvents, OpeningEvents, SettingsEvents, FeedbackEvents, CalibrationEvents {
  'event:studies-changed': OpenedStudies
  'event:job-progress': JobProgress
  'event:slice-analysed': { seriesId: string; jobId: string; analysis: SliceAnalysis }
  'event:engine-state': EngineState
  'event:menu-command': { command: MenuCommand }
}

export type Request<C extends ChannelName> = z.infer<(typeof requestSchemas)[C]>
export type Response<C extends ChannelName> = Responses[C]
export type EventPayload<E extends EventName> = Events[E]

/** Every answer travels in this envelope, because ipcRenderer.invoke keeps only an error's message. */
export type Envelope<T> =
  { ok: true; value: T } | { ok: false; error: { code: ErrorCode; context: ErrorContext } }
