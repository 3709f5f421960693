import { useView } from '../../state/view'
import { keepThreshold } from './keep-threshold'
import { thresholdKey, type Reading } from './use-reading'

/**
 * Sets the threshold of the map being looked at; null brings back the one in use, the site's or the model's. Kept within
 * the colour scale.
 */
export function setThreshold(
  { manifest, map, range }: Pick<Reading, 'manifest' | 'map' | 'range'>,
  threshold: number | null
): void {
  if (!manifest || !map) return
  const key = thresholdKey(manifest, map)
  useView.setState(({ thresholds }) => {
    const { [key]: _, ...others } = thresholds
    if (threshold === null) return { thresholds: others }
    return { thresholds: { ...others, [key]: keepThreshold(manifest, map, range, threshold) } }
  })
}
