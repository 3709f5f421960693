import { z } from 'zod'
import { readerNameSchema, scannerSchema } from './feedback'
import { mapNameSchema, type MapName } from './manifest'

/**
 * What the window asks of thresholds: proposals from the site's verdicts, approval by a person, versions, drift. Scores
 * and verdicts stay in main; the window gets figures and sentences. An approval names a proposal that main has made,
 * never a number.
 */

/** What a false alarm rate is counted over. All levels set the same cut of the same map. */
export const thresholdLevels = ['slice', 'finding', 'pixel'] as const
export type ThresholdLevel = (typeof thresholdLevels)[number]

const modelId = z.string().min(1).max(200)
const ofMap = { modelId, map: mapNameSchema }
/** Which images; null fields mean any. */
export const profileSchema = z.object({ modality: z.string().max(16).nullable(), scanner: scannerSchema })
export type ProfileFacts = z.infer<typeof profileSchema>

const signed = { approvedBy: readerNameSchema, reason: z.string().trim().min(1).max(1000) }

export const calibrationRequests = {
  'calibration:overview': z.object(ofMap),
  'calibration:propose': z.object({
    ...ofMap,
    profile: profileSchema,
    level: z.enum(thresholdLevels),
    method: z.string().min(1).max(60),
    options: z.record(z.string().max(40), z.union([z.number().finite(), z.string().max(20)]))
  }),
  'calibration:approve': z.object({ proposalId: z.string().min(1).max(64), ...signed }),
  'calibration:roll-back': z.object({
    ...ofMap,
    /** the version that a rollback starts from: the latest of its profile */
    versionId: z.string().min(1).max(64),
    /** an older version of the same profile; null for what was in use before the site had a threshold of its own */
    toVersionId: z.string().min(1).max(64).nullable(),
    ...signed
  }),
  'calibration:drift': z.object({ ...ofMap, profile: profileSchema, level: z.enum(thresholdLevels) })
} as const

/** A method as the window offers it. */
export interface MethodFacts {
  name: string
  description: string
  source: string
  needsLabels: boolean
  caution: string | null
  /** in the order to be shown */
  options: { name: string; value: number | string }[]
}

/** A profile that a threshold can be made for. */
export interface ProfileChoice {
  profile: ProfileFacts
  label: string
  /** verdicts on its images */
  verdicts: number
  /** in use for its images: the site's, or the model's */
  threshold: { value: number; version: string }
}

/** A version in the history of a map's thresholds. */
export interface VersionFacts {
  id: string
  version: string
  label: string
  value: number
  level: ThresholdLevel
  method: string
  approvedBy: string
  reason: string
  /** UTC instant */
  approvedAt: string
  /** `withdrawn`: takes the site's threshold of its profile out of use */
  kind: 'approval' | 'rollback' | 'withdrawn'
  /** version that a rollback brought back */
  restores: string | null
  /** the latest of its profile, and not a withdrawal */
  inUse: boolean
  /** id of the latest version of its profile, which a rollback starts from */
  latestOfProfile: string
}

/** Everything that the sheet of thresholds starts from. */
export interface CalibrationOverview {
  modelId: string
  map: MapName
  verdicts: number
  studies: number
  studiesRead: number
  /** widest first; the first is every image */
  profiles: ProfileChoice[]
  /** newest first */
  history: VersionFacts[]
  methods: MethodFacts[]
  /** a proposal needs so many verdicts for learning alone */
  verdictsNeeded: number
}

/** A rate or a count per study with its 95 % limits. */
export interface RateFacts {
  estimate: number
  low: number
  high: number
}

/** What a threshold does to held-out verdicts; null: they do not tell. */
export interface PerformanceFacts {
  falsePositiveRate: RateFacts | null
  falsePositivesPerStudy: RateFacts | null
  sensitivity: RateFacts | null
  normals: number
  anomalies: number
  studies: number
}

/** Past findings that stay over the threshold, go below it or come over it; null: not known. */
export interface FindingChangeFacts {
  stay: number
  go: number
  come: number | null
}

/** Before and after, for all images or one modality and scanner. */
export interface ComparisonFacts {
  /** null for all of them */
  group: string | null
  findings: FindingChangeFacts
  before: PerformanceFacts
  after: PerformanceFacts
}

/** Counts of held-out scores in bins of equal width from `low` on. */
export interface HistogramFacts {
  low: number
  width: number
  normal: number[]
  anomalous: number[]
}

/** What a recalibration would change. */
export interface ProposalFacts {
  /** names it in `calibration:approve`; null where there is nothing to approve */
  id: string | null
  label: string
  level: ThresholdLevel
  method: string
  current: { value: number; version: string }
  /** null where nothing is proposed */
  proposed: {
    value: number
    low: number | null
    high: number | null
    /** of the limits, 0.95; null where there are none */
    confidence: number | null
    relativeChange: number | null
    /** all images first, then by modality and scanner */
    comparisons: ComparisonFacts[]
  } | null
  /** why nothing is proposed, in a plain sentence */
  refusal: string | null
  verdicts: { calibration: number; heldOut: number; needed: number }
  cases: { normal: number; anomalous: number; patients: number; studies: number }
  warnings: string[]
  /** what no verdict can tell */
  blindSpots: string[]
  histogram: HistogramFacts | null
}

/** One check of the drift test; an alarm is a p-value at or under the limit. */
export interface DriftCheckFacts {
  name: 'distribution' | 'stability' | 'rank' | 'threshold' | 'trend' | 'rejected'
  alarm: boolean
  pValue: number
  limit: number
  /** distance, index, probability, relative move, change, or share now */
  value: number
  /** share of rejected findings then; null elsewhere */
  before: number | null
}

/** One point of the plots over time: consecutive patients against the reference. `limit`: chance seldom goes beyond. */
export interface DriftPoint {
  /** ms since 1970, of the first and the last patient's first case */
  from: number
  until: number
  patients: number
  cases: number
  kolmogorovSmirnov: { value: number; limit: number }
  populationStability: { value: number; limit: number }
  /** of the latest patients that end with the point: high percentiles of fewer are noise */
  percentile95: number
  /** (percentile of the same patients - that of the reference) / |that of the reference| */
  thresholdMove: number
  /** share of judged findings that were rejected, with 95 % limits; null where none was judged */
  rejected: { value: number; low: number; high: number } | null
}

export interface DriftFacts {
  label: string
  level: ThresholdLevel
  /** `none`: no check was possible */
  state: 'steady' | 'watch' | 'recalibrate' | 'none'
  /** what to do, in plain sentences */
  advice: string
  comparedWith: 'taught-threshold' | 'first-patients'
  threshold: { value: number; version: string }
  percent: number
  /** patients and ms since 1970 */
  reference: { patients: number; from: number | null; until: number | null }
  recent: { patients: number; from: number | null; until: number | null }
  /** of the whole check where nothing has changed */
  falseAlarmRate: number
  checks: DriftCheckFacts[]
  /** normals over the threshold in use now */
  falsePositiveRate: RateFacts | null
  /** 95th percentile of the reference; null where no check was possible */
  percentile95: number | null
  points: DriftPoint[]
}

export interface CalibrationResponses {
  'calibration:overview': CalibrationOverview
  'calibration:propose': ProposalFacts
  'calibration:approve': CalibrationOverview
  'calibration:roll-back': CalibrationOverview
  'calibration:drift': DriftFacts
}

export interface CalibrationEvents {
  /** thresholds of the site have changed: what is shown of these series has to be asked for again */
  'event:thresholds-changed': { seriesIds: string[] }
}
