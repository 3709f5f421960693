import { z } from 'zod'
import { mapNameSchema } from './manifest'

/**
 * What readers say about findings, slices and studies, as it is stored, exported and shown. The store never holds
 * a patient's name, ID or birth date: patients are grouped by a keyed hash.
 */

const uid = z
  .string()
  .regex(/^[0-9A-Za-z._:/-]{1,200}$/)
  .describe('DICOM UID, or the id that Nidus gives to images without one')
const uuid = z.string().regex(/^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
const hex64 = z.string().regex(/^[0-9a-f]{64}$/)
const finite = z.number().finite()
const count = z.number().int().nonnegative()
const instant = z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/, 'UTC instant with milliseconds')
/** One line of text: SQLite text ends at NUL, so control characters are refused rather than lost. */
const line = (longest: number) =>
  z
    .string()
    .max(longest)
    .regex(/^[^\p{Cc}\p{Cs}]*$/u, 'no control characters')
const name = line(200).min(1)

/** Kinds of verdict. `retracted` takes the superseded verdict back and puts nothing in its place. */
export const verdictKinds = [
  'confirm',
  'reject',
  'unsure',
  'missed',
  'slice-normal',
  'study-normal',
  'retracted'
] as const
export type VerdictKind = (typeof verdictKinds)[number]

export const rejectReasons = ['normal-variant', 'artefact', 'post-operative', 'wrong-place', 'other'] as const
export type RejectReason = (typeof rejectReasons)[number]

/** `opened`, then `revealed` when the heatmap is first shown, `completed` when every slice has been read. */
export const readingEvents = ['opened', 'revealed', 'completed', 'reopened'] as const
export type ReadingEventKind = (typeof readingEvents)[number]

export const readerNameSchema = z
  .string()
  .transform((text) => text.normalize('NFC').trim().replace(/\s+/g, ' '))
  .pipe(line(80).min(1))

export const readerSessionSchema = z.object({
  id: uuid,
  /** name or initials as typed */
  reader: readerNameSchema,
  /** the same person in every session: the name without case */
  readerKey: z.string().min(1),
  startedAt: instant,
  appVersion: name
})
export type ReaderSession = z.infer<typeof readerSessionSchema>

/** A mask of one slice on the source grid: COCO run-length code (column-major, zeros first), compressed. */
export const sliceMaskSchema = z.object({
  sliceIndex: count,
  sopInstanceUid: uid.nullable(),
  /** [rows, columns] */
  size: z.tuple([z.number().int().positive().max(65_535), z.number().int().positive().max(65_535)]),
  counts: z.string().regex(/^[0-o]+$/, 'COCO compressed counts')
})
export type SliceMask = z.infer<typeof sliceMaskSchema>

const point = z.tuple([finite, finite])
const brushStroke = {
  stroke: z.array(point).min(1).max(20_000),
  radiusPx: z.number().positive()
}
/** How a missed finding was drawn, in source pixel coordinates (x: columns, y: rows, pixel centres at integers). */
export const drawingSchema = z.discriminatedUnion('tool', [
  z.object({
    tool: z.literal('ellipse'),
    centre: point,
    radii: z.tuple([z.number().positive(), z.number().positive()]),
    /** turn of the first radius from the x axis towards the y axis */
    angleRad: finite
  }),
  z.object({ tool: z.literal('freehand'), outline: z.array(point).min(3).max(20_000) }),
  z.object({
    tool: z.literal('brush'),
    ...brushStroke,
    /** strokes that were added to the first one */
    further: z.array(z.object(brushStroke)).max(500).optional()
  })
])
export type Drawing = z.infer<typeof drawingSchema>

/** The judged region: a finding of a map, or what was drawn. Scores are null where no map was computed. */
export const regionSchema = z.object({
  /** [x, y, width, height] in source pixels on the slice `sliceIndex` */
  bbox: z.tuple([count, count, z.number().int().positive(), z.number().int().positive()]),
  areaPx: z.number().positive(),
  areaMm2: z.number().positive().nullable(),
  peak: finite.nullable(),
  mean: finite.nullable(),
  peakAt: z.tuple([count, count]).nullable()
})
export type Region = z.infer<typeof regionSchema>

/** Scores of a map over the foreground of one slice, enough to calibrate without the pixels. */
export const sliceStatisticsSchema = z.object({
  sliceIndex: count,
  sopInstanceUid: uid.nullable(),
  /** score of the slice and the same in robust spreads above calibration normals; null where not computed */
  score: finite.nullable(),
  scoreStandardised: finite.nullable(),
  foregroundPx: count,
  peak: finite.nullable(),
  mean: finite.nullable(),
  /** linear interpolation between order statistics (numpy's default) */
  quantiles: z.object({ probabilities: z.array(z.number().min(0).max(1)), values: z.array(finite) }),
  /** bin i counts scores in [i * binWidth, (i + 1) * binWidth); bins of equal width add up across slices */
  histogram: z.object({ binWidth: z.number().positive(), bins: z.array(z.tuple([z.number().int(), count])) }),
  /** peaks of all findings of the slice at the threshold in use, highest first */
  findingPeaks: z.array(finite)
})
export type SliceStatistics = z.infer<typeof sliceStatisticsSchema>

/** The map that a verdict was given on. */
export const analysisFactsSchema = z.object({
  map: mapNameSchema,
  threshold: z.object({ id: name, version: name, value: finite }),
  model: z.object({ id: name, version: name, sha256: hex64 }),
  preprocessingVersion: name,
  provider: name,
  /** one entry for a finding or a slice, one per slice for a study */
  slices: z.array(sliceStatisticsSchema)
})
export type AnalysisFacts = z.infer<typeof analysisFactsSchema>

/** Where the slices of a series lie in the patient, LPS millimetres (DICOM PS3.3 C.7.6.2). */
export const seriesGeometrySchema = z.object({
  sliceCount: z.number().int().positive(),
  /** between rows, between columns */
  spacingMm: z.tuple([z.number().positive(), z.number().positive()]),
  /** cosines of the row direction, then of the column direction */
  orientation: z.array(finite).length(6),
  /** centre of the first pixel of slice 0 */
  firstPositionMm: z.tuple([finite, finite, finite]),
  /** from one slice to the next */
  stepMm: z.tuple([finite, finite, finite])
})
export type SeriesGeometry = z.infer<typeof seriesGeometrySchema>

/** DICOM has empty elements for what is not known: the same as none. */
const known = line(200)
  .nullable()
  .transform((text) => text?.trim() || null)

export const scannerSchema = z.object({ manufacturer: known, model: known, protocol: known })
export type Scanner = z.infer<typeof scannerSchema>

/** The image that a verdict is about. A verdict on a study has no slice; its series is the one that was analysed. */
export const imageFactsSchema = z.object({
  studyInstanceUid: uid,
  seriesInstanceUid: uid.nullable(),
  sopInstanceUid: uid.nullable(),
  sliceIndex: count.nullable(),
  rows: z.number().int().positive().nullable(),
  columns: z.number().int().positive().nullable(),
  geometry: seriesGeometrySchema.nullable(),
  modality: line(16).min(1),
  scanner: scannerSchema,
  /** keyed hash from `patientKey`: groups by patient, names nobody */
  patientKey: hex64
})
export type ImageFacts = z.infer<typeof imageFactsSchema>

const verdictFields = z.object({
  kind: z.enum(verdictKinds),
  reason: z.enum(rejectReasons).nullable(),
  text: z
    .string()
    .max(4000)
    .regex(/^[^\p{Cs}]*$/u)
    .regex(/^(?:[^\p{Cc}]|[\n\t])*$/u, 'no control characters but line breaks and tabs'),
  image: imageFactsSchema,
  region: regionSchema.nullable(),
  masks: z.array(sliceMaskSchema),
  drawing: drawingSchema.nullable(),
  analysis: analysisFactsSchema.nullable()
})

function refuseIncoherent(verdict: z.infer<typeof verdictFields>, context: z.RefinementCtx): void {
  const refuse = (message: string) => context.addIssue({ code: 'custom', message })
  const { kind, image } = verdict
  if (kind === 'reject' && verdict.reason === null) refuse('a rejection needs its reason')
  if (kind !== 'reject' && kind !== 'retracted' && verdict.reason !== null)
    refuse('only a rejection has a reason')
  const onFinding = kind === 'confirm' || kind === 'reject' || kind === 'unsure'
  if (onFinding && (!verdict.region || !verdict.region.peakAt || !verdict.analysis))
    refuse('a verdict on a finding needs its region, the place of its peak and its analysis')
  if (kind === 'missed' && (!verdict.region || verdict.masks.length === 0))
    refuse('a missed finding needs its region and mask')
  const onSlice = onFinding || kind === 'missed' || kind === 'slice-normal'
  if (
    onSlice &&
    (image.seriesInstanceUid === null || image.sliceIndex === null || !image.rows || !image.columns)
  )
    refuse('a verdict on a slice needs its series, index and size')
  for (const mask of verdict.masks) {
    if (mask.size[0] !== image.rows || mask.size[1] !== image.columns)
      refuse('a mask is not on the source grid')
  }
}

/** What the window sends for a verdict. */
export const verdictInputSchema = verdictFields
  .extend({ kind: z.enum(verdictKinds).exclude(['retracted']) })
  .superRefine(refuseIncoherent)
export type VerdictInput = z.infer<typeof verdictInputSchema>

/** A verdict as stored. */
export const verdictSchema = verdictFields
  .extend({
    id: uuid,
    sessionId: uuid,
    /** what is judged: the same for every reader of the same finding, slice or study */
    subjectKey: z.string().min(1).max(300),
    /** the verdict that this one replaces */
    supersedes: uuid.nullable(),
    recordedAt: instant,
    appVersion: name,
    /** true when the reader had not yet seen the heatmap of this study in any session */
    beforeReveal: z.boolean(),
    /** true when the reader could not yet see other readers' verdicts on this study */
    blind: z.boolean()
  })
  .superRefine(refuseIncoherent)
export type Verdict = z.infer<typeof verdictSchema>

/** A verdict with the name of who gave it. */
export type NamedVerdict = Verdict & { reader: string; readerKey: string }

export const readingEventSchema = z.object({
  id: uuid,
  sessionId: uuid,
  studyInstanceUid: uid,
  event: z.enum(readingEvents),
  recordedAt: instant
})
export type ReadingEvent = z.infer<typeof readingEventSchema>

/** From here on the session's reader sees what others said about the study. */
export const unblindingSchema = z.object({
  id: uuid,
  sessionId: uuid,
  studyInstanceUid: uid,
  reason: line(500),
  recordedAt: instant
})
export type Unblinding = z.infer<typeof unblindingSchema>

/** Where a threshold of the site holds. Null fields mean any. */
export const thresholdScopeSchema = z.object({
  modelId: name,
  modelSha256: hex64,
  map: mapNameSchema,
  level: z.enum(['pixel', 'finding', 'slice']),
  modality: line(16).nullable(),
  scanner: scannerSchema
})
export type ThresholdScope = z.infer<typeof thresholdScopeSchema>

export const thresholdApprovalSchema = z.object({
  scope: thresholdScopeSchema,
  thresholdId: name.describe('e.g. p99 or site'),
  value: finite.describe('in score units of the map'),
  method: name,
  approvedBy: readerNameSchema,
  reason: line(1000).min(1),
  /** figures of the proposal that was approved, as shown to the approver */
  proposal: z.record(z.string(), z.unknown()).nullable()
})
export type ThresholdApproval = z.infer<typeof thresholdApprovalSchema>

/** An approved threshold. The last version of a scope is the one in use. */
export const thresholdVersionSchema = thresholdApprovalSchema.extend({
  id: uuid,
  /** `site-1`, `site-2`, … counted through the whole store */
  version: z.string().regex(/^site-[1-9]\d*$/),
  /** the version in use before, null for the first of its scope */
  previous: uuid.nullable(),
  /** the older version that a rollback brought back */
  rollbackTo: uuid.nullable(),
  recordedAt: instant
})
export type ThresholdVersion = z.infer<typeof thresholdVersionSchema>

/** What happened to the store that a person has to know; never skipped silently. */
export interface FeedbackWarning {
  code:
    | 'store-corrupt-restored'
    | 'store-corrupt-started-empty'
    | 'audit-tampered'
    | 'patient-salt-replaced'
    | 'anchor-not-written'
  /** file names inside the feedback folder, counts and reasons; no identifiers */
  context: Record<string, string | number | null>
}
