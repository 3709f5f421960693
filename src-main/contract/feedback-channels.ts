import { z } from 'zod'
import type { ErrorCode, ErrorContext } from './errors'
import {
  drawingSchema,
  readerNameSchema,
  readingEvents,
  rejectReasons,
  type Drawing,
  type FeedbackWarning,
  type Region,
  type RejectReason,
  type VerdictKind
} from './feedback'
import { mapNameSchema, type MapName } from './manifest'

/**
 * What the window asks of the store of verdicts. The window names series, slices and pixels; whose session it is, what
 * the map says there and which patient it is are added in main and never come from the window.
 */

const nothing = z.undefined()
const seriesId = z.string().min(1).max(200)
const sliceIndex = z.number().int().nonnegative().max(1_000_000)
const pixel = z.number().int().nonnegative().max(65_535)
const verdictId = z.string().min(1).max(64)
const text = z.string().max(4000)

/** A region of one slice by the pixel of its peak: [x, y], source grid. */
const regionPeak = z.object({ sliceIndex, peakAt: z.tuple([pixel, pixel]) })

const finding = {
  seriesId,
  map: mapNameSchema,
  /** score units: the outline that the reader saw */
  threshold: z.number().finite(),
  ...regionPeak.shape,
  /** the other regions of the same body, on other slices and on this one */
  otherSlices: z.array(regionPeak).max(2000).optional(),
  text: text.optional(),
  /** the reader's verdict that stands on this finding now, where its peak has moved since */
  replaces: verdictId.nullable().optional()
}
/** What a map adds to a verdict that was not given on one of its findings; left out where none was looked at. */
const lookedAt = z.object({ map: mapNameSchema, threshold: z.number().finite() }).nullable().optional()

export const verdictRequestSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('confirm'), ...finding }),
  z.object({ kind: z.literal('unsure'), ...finding }),
  z.object({ kind: z.literal('reject'), reason: z.enum(rejectReasons), ...finding }),
  z.object({
    kind: z.literal('missed'),
    seriesId,
    sliceIndex,
    drawing: drawingSchema,
    lookedAt,
    text: text.optional(),
    /** the drawing that this one redraws */
    replaces: verdictId.nullable().optional()
  }),
  z.object({
    kind: z.literal('slice-normal'),
    seriesId,
    sliceIndex,
    lookedAt,
    text: text.optional()
  }),
  z.object({ kind: z.literal('study-normal'), seriesId, lookedAt, text: text.optional() })
])
export type VerdictRequest = z.infer<typeof verdictRequestSchema>

export const exportFormats = ['coco', 'csv', 'png', 'nifti', 'training'] as const
export type ExportFormat = (typeof exportFormats)[number]

export const feedbackRequestSchemas = {
  'feedback:state': nothing,
  'feedback:start-session': z.object({ reader: readerNameSchema }),
  'feedback:end-session': nothing,
  'feedback:record-reading': z.object({ seriesId, event: z.enum(readingEvents) }),
  'feedback:study': z.object({ seriesId }),
  'feedback:add': verdictRequestSchema,
  'feedback:annotate': z.object({ seriesId, verdictId, text }),
  /** brings a subject back to what the reader said of it at some time; null for nothing */
  'feedback:say-again': z.object({
    seriesId,
    subjectKey: z.string().min(1).max(300),
    verdictId: verdictId.nullable()
  }),
  'feedback:retract': z.object({ seriesId, verdictId }),
  'feedback:unblind': z.object({ seriesId, reason: z.string().trim().min(1).max(500) }),
  'feedback:summary': nothing,
  'feedback:export': z.object({ format: z.enum(exportFormats) }),
  'feedback:import': z.object({ what: z.enum(['files', 'folder']) }),
  'feedback:verify': nothing,
  'feedback:backups': nothing,
  'feedback:back-up': nothing,
  'feedback:restore': z.object({ stamp: z.string().regex(/^\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d-\d{3}Z$/) })
} as const

/** Who reads now. Names and initials of readers are no patient identifiers. */
export interface SessionFacts {
  reader: string
  /** UTC instant */
  startedAt: string
}

/** The store as the window shows it. */
export interface FeedbackState {
  /** `starting` until the store is open; `failed` leaves reading as it is, without verdicts */
  status: 'starting' | 'ready' | 'failed'
  problem: { code: ErrorCode; context: ErrorContext } | null
  warnings: FeedbackWarning[]
  session: SessionFacts | null
  /** readers of earlier sessions, the latest first, to choose from */
  recentReaders: string[]
}

/** A verdict as the window shows it: of the reader, or of others once they are not hidden any longer. */
export interface SeenVerdict {
  id: string
  subjectKey: string
  kind: Exclude<VerdictKind, 'retracted'>
  reason: RejectReason | null
  text: string
  reader: string
  mine: boolean
  recordedAt: string
  beforeReveal: boolean
  blind: boolean
  seriesInstanceUid: string | null
  sopInstanceUid: string | null
  sliceIndex: number | null
  region: Region | null
  drawing: Drawing | null
  /** slices that a finding or drawing reaches over; empty for verdicts on slices and studies */
  maskSlices: number[]
  map: MapName | null
  modelSha256: string | null
  /** score units, where a map was looked at */
  threshold: number | null
}

/** How far the reader is with a study; see `ReadingState` of the store. */
export interface ReadingProgress {
  opened: boolean
  revealed: boolean
  completed: boolean
  firstReadBeforeReveal: boolean | null
}

/** Cohen's kappa of two readers, with the figures behind it. */
export interface PairAgreement {
  readers: [string, string]
  /** findings that both judged */
  subjects: number
  /** share on which they agree */
  observed: number
  expected: number
  /** null where chance alone would always agree */
  kappa: number | null
  interval: [number, number] | null
}

/** Agreement of the readers of a study, or of the whole store. */
export interface AgreementFacts {
  pairs: PairAgreement[]
  /** Fleiss' kappa over findings that all of three or more readers judged */
  all: { readers: number; subjects: number; observed: number; expected: number; kappa: number | null } | null
  /** findings that two or more readers judged blind */
  sharedFindings: number
  /** names of readers who have not completed their reading, whose verdicts are therefore left out */
  stillReading: string[]
  /** what each reader said of each finding that two or more judged blind */
  findings: { subjectKey: string; said: { reader: string; kind: 'confirm' | 'reject' | 'unsure' }[] }[]
}

/** Everything about a study that the reader may see. */
export interface StudyVerdicts {
  studyInstanceUid: string
  verdicts: SeenVerdict[]
  /** others' verdicts, if any, are hidden */
  blind: boolean
  /** readers with verdicts on the study beside this one; their number is no secret, what they said is */
  otherReaders: number
  reading: ReadingProgress
  /** null while blind */
  agreement: AgreementFacts | null
}

/** What a change did, and how the study stands now. */
export interface VerdictChange {
  /** what it is about */
  subjectKey: string
  /** the reader's word on it before and after, by which it is undone and redone; null for none */
  before: string | null
  after: string | null
  study: StudyVerdicts
}

/** Counts over the whole store, for the sheet of verdicts. They name no reader's word. */
export interface FeedbackSummary {
  current: number
  stored: number
  byKind: Record<string, number>
  byReason: Record<string, number>
  studies: number
  patients: number
  /** studies that some reader has read completely: only these say anything about sensitivity */
  studiesCompletelyRead: number
  /** current verdicts given before the heatmap was revealed to their reader */
  beforeReveal: number
}

export interface ImportOutcome {
  added: { sessions: number; readings: number; unblindings: number; verdicts: number }
  unchanged: number
  editedMasks: number
  refused: { id: string; reason: string }[]
}

export interface BackupFacts {
  /** names the copy in `feedback:restore` */
  stamp: string
  /** UTC instant */
  writtenAt: string
  sizeBytes: number
}

/** What verification found. `faults` are the stable codes of `nidus audit verify`. */
export interface AuditFacts {
  ok: boolean
  integrity: string
  rows: number
  entries: number
  headHash: string
  faults: { kind: string; seq: number | null; table: string | null; rowId: string | null }[]
  restores: string[]
}

export interface FeedbackResponses {
  'feedback:state': FeedbackState
  'feedback:start-session': FeedbackState
  'feedback:end-session': FeedbackState
  /** null while nobody has given a name: the event is kept and stored as soon as somebody does */
  'feedback:record-reading': StudyVerdicts | null
  /** null while nobody has given a name */
  'feedback:study': StudyVerdicts | null
  'feedback:add': VerdictChange
  /** replaces the free text of a verdict by a new row */
  'feedback:annotate': VerdictChange
  'feedback:say-again': VerdictChange
  'feedback:retract': VerdictChange
  'feedback:unblind': StudyVerdicts
  'feedback:summary': FeedbackSummary
  /** counts of what was written; null when the person closed the dialog */
  'feedback:export': Record<string, number | string> | null
  'feedback:import': ImportOutcome | null
  'feedback:verify': AuditFacts
  'feedback:backups': BackupFacts[]
  'feedback:back-up': BackupFacts[]
  /** puts a copy in place; the file it replaces is set aside under the name returned */
  'feedback:restore': { setAside: string | null; state: FeedbackState }
}

export interface FeedbackEvents {
  'event:feedback-state': FeedbackState
}
