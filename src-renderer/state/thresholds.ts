import { refreshAnalysis } from './analysis'
import { refreshSecondAnalysis } from './second-model'
import { useView } from './view'

/**
 * Shows thresholds that came into use at the site: what a reader had set by hand before gives way, and analyses tell
 * their new version.
 */
export async function takeThresholds(seriesIds: readonly string[]): Promise<void> {
  if (seriesIds.length > 0) useView.setState({ thresholds: {} })
  for (const seriesId of seriesIds) {
    await refreshAnalysis(seriesId)
    await refreshSecondAnalysis(seriesId)
  }
}
