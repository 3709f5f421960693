import { defaultThreshold } from '../../state/models'
import { useView } from '../../state/view'
import { keepThreshold } from './keep-threshold'
import { thresholdKey, type Reading } from './use-reading'

/** Sets the threshold of the map being looked at; null brings back the model's own. Kept within the colour scale. */
export function setThreshold(
  { manifest, map, range }: Pick<Reading, 'manifest' | 'map' | 'range'>,
  threshold: number | null
): void {
  if (!manifest || !map) return
  const value =
    threshold === null ? defaultThreshold(manifest, map) : keepThreshold(manifest, map, range, threshold)
  useView.setState(({ thresholds }) => ({
    thresholds: { ...thresholds, [thresholdKey(manifest, map)]: value }
  }))
}
