import type { MapName, ModelManifest } from '../../../src-main/contract/manifest'
import type { ScoreRange } from '../../viewer/make-heatmap-pixels'

/**
 * The threshold a reader's choice comes to, in score units of the map: within the colour scale and to hundredths, as
 * the field shows it. A threshold that the model names holds to its last digit, so that window and command line find
 * the same.
 */
export function keepThreshold(
  manifest: Pick<ModelManifest, 'thresholds'>,
  map: MapName,
  { low, high }: ScoreRange,
  chosen: number
): number {
  const kept = Math.min(high, Math.max(low, chosen))
  const isNamed = manifest.thresholds.some((named) => named.map === map && named.value === kept)
  return isNamed ? kept : Math.round(kept * 100) / 100
}
