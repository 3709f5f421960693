import type { ThresholdChoice } from '../contract/analysis'
import { NidusError } from '../contract/errors'
import type { MapName, ModelManifest } from '../contract/manifest'

/**
 * The threshold to use for a map: the manifest's first for that map, one of its named ones, or a given value.
 * @param requested id of a threshold in the manifest, or a value in score units
 * @throws usage where the manifest has no such threshold for the map
 */
export function chooseThreshold(
  manifest: ModelManifest,
  map: MapName,
  requested?: string | number
): ThresholdChoice {
  if (typeof requested === 'number') return { id: 'custom', version: 'custom', value: requested, map }
  const ofMap = manifest.thresholds.filter((threshold) => threshold.map === map)
  const chosen = requested === undefined ? ofMap[0] : ofMap.find(({ id }) => id === requested)
  if (!chosen) {
    const known = ofMap.map(({ id }) => id).join(', ') || 'none'
    throw new NidusError('usage', {
      map,
      threshold: requested,
      reason: `no such threshold for ${map}; known: ${known}`
    })
  }
  return { id: chosen.id, version: chosen.version, value: chosen.value, map }
}
