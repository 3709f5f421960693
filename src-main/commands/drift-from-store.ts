import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { siteThreshold } from '../calibration/site-threshold'
import type { ScoreLevel } from '../calibration/threshold-result'
import { driftFromVerdicts } from '../calibration/verdicts/drift-from-verdicts'
import type { SiteDrift } from '../calibration/verdicts/drift-from-verdicts'
import { anyProfile, coversImage, scannerGroup } from '../calibration/verdicts/scan-profile'
import { percentOfVersion, taughtUntil } from '../calibration/verdicts/taught-by'
import { NidusError } from '../contract/errors'
import { mapNameSchema, type MapName } from '../contract/manifest'
import { openFeedbackStore, type FeedbackStore } from '../feedback/store/open-store'
import { judgedVerdicts } from '../feedback/thresholds/judged-verdicts'
import { thresholdHistory } from '../feedback/thresholds/threshold-versions'
import { appVersion } from '../platform/app-paths'
import { feedbackDatabasePath } from '../platform/user-data-folder'

export interface StoreDriftArguments {
  db?: string
  model?: string
  map?: string
  modality?: string
  level: ScoreLevel
  percent?: number
  falseAlarmRate?: number
  seed?: number
}

/** A model and map that readers have judged, with how often. */
interface JudgedMap {
  modelId: string
  modelSha256: string
  map: MapName
  verdicts: number
}

/** Drift of one model's map, as the store tells it. */
export interface StoreDrift extends SiteDrift {
  modelId: string
  map: MapName
  /** version of the threshold in use; null for the model's own */
  version: string | null
  scanners: string[]
}

/**
 * The drift check from the store of verdicts.
 * @throws NidusError `nothing-readable`, `feedback-*`; `usage` where no verdict is on the model and map asked for
 */
export async function driftFromStore(wanted: StoreDriftArguments): Promise<StoreDrift> {
  const path = resolve(wanted.db ?? feedbackDatabasePath())
  if (!existsSync(path)) {
    throw new NidusError('nothing-readable', { path, reason: 'there is no store of verdicts' })
  }
  const store = await openFeedbackStore({ path, now: () => new Date(), appVersion: appVersion() })
  try {
    const { modelId, modelSha256, map } = chooseMap(store, wanted)
    const profile = { ...anyProfile, modality: wanted.modality ?? null }
    const verdicts = judgedVerdicts(store, { modelSha256, map }, profile)
    const history = thresholdHistory(store)
    const version = siteThreshold(history, { modelSha256, map, ...profile })
    // where nothing was approved: the threshold that the last verdict was given at
    const last = verdicts.filter(({ analysis }) => analysis !== null).pop()
    const drift = driftFromVerdicts({
      verdicts,
      level: wanted.level,
      threshold: version?.value ?? last?.analysis?.threshold.value ?? 0,
      percent: wanted.percent ?? percentOfVersion(version),
      taughtUntil: taughtUntil(version, history),
      falseAlarmRate: wanted.falseAlarmRate,
      seed: wanted.seed
    })
    const images = verdicts.map(({ image }) => image).filter((image) => coversImage(profile, image))
    return {
      ...{ ...drift, modelId, map, version: version?.version ?? null },
      scanners: [...new Set(images.map(scannerGroup))].sort()
    }
  } finally {
    store.close()
  }
}

/** The model and map asked for, or the one with most verdicts. */
function chooseMap(store: FeedbackStore, { model, map }: StoreDriftArguments): JudgedMap {
  const judged = store.database
    .all(
      `SELECT model_id, model_sha256, map, count(*) AS verdicts, max(recorded_at) AS latest FROM verdicts
       WHERE map IS NOT NULL GROUP BY model_id, model_sha256, map ORDER BY verdicts DESC, latest DESC`
    )
    .map((row) => ({
      modelId: String(row.model_id),
      modelSha256: String(row.model_sha256),
      map: mapNameSchema.parse(row.map),
      verdicts: Number(row.verdicts)
    }))
  const found = judged.find(
    (own) => (model === undefined || own.modelId === model) && (map === undefined || own.map === map)
  )
  if (found) return found
  const known = judged.map((own) => `${own.modelId} ${own.map}`).join(', ') || 'none'
  throw new NidusError('usage', {
    reason: `there are no verdicts on that model and map; there are on: ${known}`
  })
}
