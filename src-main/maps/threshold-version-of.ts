import type { ThresholdChoice } from '../contract/analysis'
import { siteThresholdId } from '../calibration/site-threshold'

/** How stamps and reports name a threshold: `site-3` for one that the site approved, `p99 2026-11-2` for a model's. */
export function thresholdVersionOf({ id, version }: Pick<ThresholdChoice, 'id' | 'version'>): string {
  return id === siteThresholdId ? version : `${id} ${version}`
}
