import type { Finding, JoinedFinding, ProviderReport, ThresholdChoice } from '../contract/analysis'
import type { MapName } from '../contract/manifest'
import { researchNotice } from '../contract/notice'
import type { Series, Study } from '../contract/study'
import type { AnalysedSlice } from '../inference/engine-protocol'
import type { CatalogueModel } from '../inference/model-catalogue'
import { chooseThreshold } from '../maps/choose-threshold'

/** Something that could not be read, or that the reader of the results should know. `path` may be ''. */
export interface ReportWarning {
  code: string
  path: string
  message: string
}

export interface ReportSlice {
  /** position in anatomical order, from 0 */
  index: number
  source: { path: string; frame: number }
  sopInstanceUID: string | null
  rows: number
  columns: number
  /** by the manifest's choice, see src-main/maps/slice-score.ts; higher is less normal */
  score: number
  /** the same in robust spreads above the median of calibration normals */
  scoreStandardised: number
  rec: number
  /** null for models without a latent distribution */
  kl: number | null
  hasForeground: boolean
  /** highest score of each map, score units */
  peaks: Partial<Record<MapName, number>>
  /** map name -> .npy relative to the output folder */
  maps: Partial<Record<MapName, string>>
  /** map name -> heatmap relative to the output folder */
  pictures: Partial<Record<MapName, string>>
  findings: Finding[]
}

export interface ReportSeries {
  seriesInstanceUID: string
  modality: string
  slices: ReportSlice[]
  /** over the threshold, joined across slices, the highest peak first */
  findings: JoinedFinding[]
  /** of the findings; the site's version for images of this modality and scanner, or the model's */
  threshold: ThresholdChoice
}

/** Milliseconds; stages overlap, so their sum may pass `total`. `load`: opening, model, engine start, reading. */
export interface ReportTimings {
  load: number
  preprocess: number
  inference: number
  maps: number
  total: number
}

/** report.json. Holds no patient name, ID or birth date; UIDs and paths as they were found. */
export interface AnalysisReport {
  researchUseOnly: true
  notice: string
  app: { version: string }
  model: { id: string; sha256: string; kind: string; version: string; preprocessingVersion: string }
  provider: ProviderReport
  /** that of the first series; each series names its own */
  threshold: ThresholdChoice
  studies: { studyInstanceUID: string; series: ReportSeries[] }[]
  warnings: ReportWarning[]
  timingsMs: ReportTimings
}

/** What stands in the report of one analysed slice, before any file of it is written. */
export function reportSlice(series: Series, { analysis }: AnalysedSlice): ReportSlice {
  const slice = series.slices[analysis.index]
  return {
    index: analysis.index,
    source: { path: slice.source.path, frame: slice.source.frame },
    sopInstanceUID: slice.sopInstanceUid,
    rows: slice.rows,
    columns: slice.columns,
    score: analysis.score,
    scoreStandardised: analysis.scoreStandardised,
    rec: analysis.rec,
    kl: analysis.kl,
    hasForeground: analysis.hasForeground,
    peaks: analysis.peaks,
    maps: {},
    pictures: {},
    findings: analysis.findings
  }
}

/**
 * Puts the report together; slices in anatomical order, studies and series as they were opened, those without
 * an analysed slice left out.
 */
export function buildReport(parts: {
  appVersion: string
  model: CatalogueModel
  provider: ProviderReport
  /** undefined for a series that was not analysed */
  thresholdOf(series: Series): ThresholdChoice | undefined
  studies: Study[]
  slicesOf(series: Series): ReportSlice[]
  findingsOf(series: Series): JoinedFinding[]
  warnings: ReportWarning[]
  timingsMs: ReportTimings
}): AnalysisReport {
  const { manifest } = parts.model
  const studies = parts.studies.map((study) => ({
    studyInstanceUID: study.studyInstanceUid,
    series: study.series.flatMap((series) => {
      const slices = [...parts.slicesOf(series)].sort((a, b) => a.index - b.index)
      const threshold = parts.thresholdOf(series)
      if (!threshold || slices.length === 0) return []
      const { seriesInstanceUid: seriesInstanceUID, modality } = series
      return [{ seriesInstanceUID, modality, slices, findings: parts.findingsOf(series), threshold }]
    })
  }))
  const [first] = studies.flatMap(({ series }) => series)
  return {
    researchUseOnly: true,
    notice: researchNotice,
    app: { version: parts.appVersion },
    model: {
      id: manifest.id,
      sha256: manifest.sha256,
      kind: manifest.kind,
      version: manifest.version,
      preprocessingVersion: manifest.preprocessing.version
    },
    provider: parts.provider,
    threshold: first?.threshold ?? chooseThreshold(manifest, manifest.maps.default),
    studies: studies.filter(({ series }) => series.length > 0),
    warnings: parts.warnings,
    timingsMs: parts.timingsMs
  }
}
