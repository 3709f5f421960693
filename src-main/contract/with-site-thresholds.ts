import type { ThresholdChoice } from './analysis'
import type { ModelManifest } from './manifest'

/**
 * The manifest with the thresholds that the site approved for an image before those that the model names, so that they
 * are the first of their map and therefore the ones in use; the model's own can still be chosen by name.
 */
export function withSiteThresholds<M extends Pick<ModelManifest, 'thresholds'>>(
  manifest: M,
  site: readonly ThresholdChoice[]
): M {
  if (site.length === 0) return manifest
  const own = site.map(({ id, version, value, map }) => ({
    id,
    version,
    map,
    value,
    method: `approved at this site, version ${version}`
  }))
  return { ...manifest, thresholds: [...own, ...manifest.thresholds] }
}
