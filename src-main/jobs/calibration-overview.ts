import { thresholdMethods } from '../calibration/methods'
import { minimumVerdicts } from '../calibration/propose-threshold'
import { siteThresholdId, versionsInUse, withdrawnMethod } from '../calibration/site-threshold'
import { anyProfile, profileKey, profileLabel, profilesOf } from '../calibration/verdicts/scan-profile'
import type { ScanProfile } from '../calibration/verdicts/scan-profile'
import type {
  CalibrationOverview,
  MethodFacts,
  ProfileChoice,
  VersionFacts
} from '../contract/calibration-channels'
import type { ImageFacts, ThresholdVersion } from '../contract/feedback'
import type { MapName, ModelManifest } from '../contract/manifest'

/** What a proposal starts from: profiles with their thresholds in use, methods, and the versions of a map. */
export function calibrationOverview({
  manifest,
  map,
  images,
  history,
  thresholdOf
}: {
  manifest: Pick<ModelManifest, 'id' | 'sha256'>
  map: MapName
  /** of the verdicts on the map, one each */
  images: readonly (Pick<ImageFacts, 'modality' | 'scanner'> & { study: string; studyComplete: boolean })[]
  /** of all models, oldest first */
  history: readonly ThresholdVersion[]
  thresholdOf(profile: ScanProfile): ProfileChoice['threshold']
}): CalibrationOverview {
  const own = history.filter(
    ({ scope, thresholdId }) =>
      thresholdId === siteThresholdId && scope.modelSha256 === manifest.sha256 && scope.map === map
  )
  const inUse = versionsInUse(history, { modelSha256: manifest.sha256, map })
  const counted = profilesOf(images)
  const profiles = counted.length > 0 ? counted : [{ profile: anyProfile, count: 0 }]
  // thresholds may be in use for images that no verdict is on any longer
  for (const { scope } of inUse) {
    const profile = { modality: scope.modality, scanner: scope.scanner }
    const known = profiles.some((other) => profileKey(other.profile) === profileKey(profile))
    if (!known) profiles.push({ profile, count: 0 })
  }
  return {
    modelId: manifest.id,
    map,
    verdicts: images.length,
    studies: new Set(images.map(({ study }) => study)).size,
    studiesRead: new Set(images.filter(({ studyComplete }) => studyComplete).map(({ study }) => study)).size,
    profiles: profiles.map(({ profile, count }) => ({
      profile,
      label: profileLabel(profile),
      verdicts: count,
      threshold: thresholdOf(profile)
    })),
    history: own.map((version) => versionFacts(version, own, inUse)).reverse(),
    methods: thresholdMethods.map(methodFacts),
    verdictsNeeded: minimumVerdicts
  }
}

function versionFacts(
  version: ThresholdVersion,
  history: readonly ThresholdVersion[],
  inUse: readonly ThresholdVersion[]
): VersionFacts {
  const { id, scope, value, method, approvedBy, reason, recordedAt, rollbackTo } = version
  const ofProfile = history.filter((other) => profileKey(other.scope) === profileKey(scope))
  return {
    id,
    version: version.version,
    label: profileLabel(scope),
    value,
    level: scope.level,
    method,
    approvedBy,
    reason,
    approvedAt: recordedAt,
    kind: method === withdrawnMethod ? 'withdrawn' : rollbackTo ? 'rollback' : 'approval',
    restores: history.find((other) => other.id === rollbackTo)?.version ?? null,
    inUse: inUse.some((other) => other.id === id),
    latestOfProfile: ofProfile[ofProfile.length - 1].id
  }
}

function methodFacts({
  name,
  description,
  source,
  needs,
  caution,
  options
}: (typeof thresholdMethods)[number]): MethodFacts {
  return {
    name,
    description,
    source,
    needsLabels: needs === 'labels',
    caution: caution ?? null,
    options: Object.entries(options).map(([option, value]) => ({ name: option, value }))
  }
}
