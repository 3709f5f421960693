import { toNidusError } from '../contract/errors'
import type { ThresholdVersion } from '../contract/feedback'
import type { ModelManifest } from '../contract/manifest'
import type { Series } from '../contract/study'
import { withSiteThresholds } from '../contract/with-site-thresholds'
import { siteThresholdsFor } from '../calibration/site-threshold'
import type { ReportWarning } from '../export/analysis-report'
import { readThresholdVersions } from '../feedback/thresholds/read-threshold-versions'
import { unknownOrigin } from '../image/dicom/read-origin'
import type { ReaderClient } from '../study/reader-client'
import { describeError } from './describe-error'

/** What a site adds to models: thresholds that a person approved, by modality and scanner. */
export interface SiteManifests {
  /** the manifest with the thresholds for the images of a series first */
  of(manifest: ModelManifest, series: Series): Promise<ModelManifest>
  warnings: ReportWarning[]
}

/**
 * Reads the approved thresholds of a store. Where it cannot be read the model's own thresholds hold, with a warning.
 * @param databasePath need not exist; null for none
 * @param reader reads what images say of their scanner
 */
export function siteManifests(databasePath: string | null, reader: Pick<ReaderClient, 'ask'>): SiteManifests {
  const warnings: ReportWarning[] = []
  let versions: ThresholdVersion[] = []
  try {
    versions = databasePath === null ? [] : readThresholdVersions(databasePath)
  } catch (thrown) {
    const message = `${describeError(toNidusError(thrown))}; the model's own threshold is used`
    warnings.push({ code: 'site-thresholds-unreadable', path: '', message })
  }
  return {
    warnings,
    of: async (manifest, series) => {
      if (versions.length === 0) return manifest
      const { scanner } = await reader
        .ask({ kind: 'origin', slice: series.slices[0] })
        .catch(() => unknownOrigin)
      return withSiteThresholds(
        manifest,
        siteThresholdsFor(versions, manifest, { modality: series.modality, scanner })
      )
    }
  }
}
