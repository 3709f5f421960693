import type { ThresholdChoice } from '../contract/analysis'
import type { ThresholdScope, ThresholdVersion } from '../contract/feedback'
import type { ModelManifest } from '../contract/manifest'
import { coversImage, profileKey, specificityOf } from './verdicts/scan-profile'
import type { ScanProfile } from './verdicts/scan-profile'

/** Id of the thresholds that a site approves, beside those that a model names. */
export const siteThresholdId = 'site'

/** Method of a version that takes the site's threshold of its scope out of use; its value is the one it gives way to. */
export const withdrawnMethod = 'withdrawn'

/** What a threshold is looked up for: an image, a model and one of its maps. */
export type ThresholdQuestion = Pick<ThresholdScope, 'modelSha256' | 'map'> & ScanProfile

/**
 * The approved threshold for an image: of the scopes that cover it the one that names most of modality, manufacturer,
 * scanner model and protocol; the newest among equals. A scope's latest version is the one in use, at whatever level
 * it was learnt, because all levels set the same cut of the same map.
 * @param history oldest first
 * @returns null where no version covers the image, or the latest that does was withdrawn and no wider one is in use
 */
export function siteThreshold(
  history: readonly ThresholdVersion[],
  question: ThresholdQuestion
): ThresholdVersion | null {
  let best: { version: ThresholdVersion; specificity: number } | null = null
  for (const version of versionsInUse(history, question)) {
    if (!coversImage(version.scope, question)) continue
    const specificity = specificityOf(version.scope)
    if (best === null || specificity >= best.specificity) best = { version, specificity }
  }
  return best?.version ?? null
}

/** The versions in use of a model and map, one a profile, oldest first; withdrawn ones are not in use. */
export function versionsInUse(
  history: readonly ThresholdVersion[],
  { modelSha256, map }: Pick<ThresholdScope, 'modelSha256' | 'map'>
): ThresholdVersion[] {
  const latest = new Map<string, ThresholdVersion>()
  for (const version of history) {
    const { scope, thresholdId } = version
    if (thresholdId !== siteThresholdId || scope.modelSha256 !== modelSha256 || scope.map !== map) continue
    const key = profileKey(scope)
    // put anew, so that the order is that of the latest versions
    latest.delete(key)
    latest.set(key, version)
  }
  return [...latest.values()].filter(({ method }) => method !== withdrawnMethod)
}

/** The approved thresholds for an image, at most one a map that the model makes. */
export function siteThresholdsFor(
  history: readonly ThresholdVersion[],
  manifest: Pick<ModelManifest, 'sha256' | 'maps'>,
  image: ScanProfile
): ThresholdChoice[] {
  return manifest.maps.available.flatMap((map) => {
    const found = siteThreshold(history, { modelSha256: manifest.sha256, map, ...image })
    return found ? [{ id: siteThresholdId, version: found.version, value: found.value, map }] : []
  })
}
