import { NidusError } from '../contract/errors'
import type { AnalysisFacts, Drawing, SliceMask, SliceStatistics } from '../contract/feedback'
import type { VerdictRequest } from '../contract/feedback-channels'
import type { MapName } from '../contract/manifest'
import type { Series, Slice, Study } from '../contract/study'
import { withSiteThresholds } from '../contract/with-site-thresholds'
import type { ExaminedSlice, SliceExamination } from '../feedback/service/examine-slice'
import type { VerdictDraft } from '../feedback/service/verdict-questions'
import { seriesGeometry } from '../feedback/verdicts/series-geometry'
import type { ImageOrigin } from '../image/dicom/read-origin'
import { chooseThreshold } from '../maps/choose-threshold'
import type { SeriesAnalysis } from './analysis-service'
import { renderLayer } from './render-layer'

/** What a verdict is drafted from. */
export interface DraftSources {
  study: Study
  series: Series
  /** null where the series was not analysed */
  analysis: SeriesAnalysis | null
  origin: ImageOrigin
  examine(slice: ExaminedSlice): Promise<SliceExamination>
}

/** The map that the reader looked at. */
interface LookedAt {
  map: MapName
  threshold: number
}

/**
 * Turns what the window says of a place into a verdict with all that is kept of it: image, region, mask, and the
 * statistics of the map on its slices.
 * @throws NidusError `not-found` for a slice that is not there or, where a finding is judged, not analysed;
 *   `request-invalid` where there is no such finding, `map-unavailable`
 */
export async function draftVerdict(request: VerdictRequest, sources: DraftSources): Promise<VerdictDraft> {
  const { kind, text = '' } = request
  const { study, series, origin } = sources
  const lookedAt = 'map' in request ? request : (request.lookedAt ?? null)
  const slice = 'sliceIndex' in request ? sliceAt(series, request.sliceIndex) : null
  const { statistics, region, masks } = await examineAll(request, lookedAt, sources)
  return {
    kind,
    reason: kind === 'reject' ? request.reason : null,
    text,
    patientId: origin.patientId,
    image: {
      studyInstanceUid: study.studyInstanceUid,
      seriesInstanceUid: series.seriesInstanceUid,
      sopInstanceUid: slice?.sopInstanceUid ?? null,
      sliceIndex: slice?.index ?? null,
      rows: slice?.rows ?? null,
      columns: slice?.columns ?? null,
      geometry: seriesGeometry(series),
      modality: series.modality.slice(0, 16) || 'OT',
      scanner: origin.scanner
    },
    region,
    masks,
    drawing: kind === 'missed' ? request.drawing : null,
    analysis: analysisFacts(lookedAt, statistics, sources.analysis)
  }
}

async function examineAll(
  request: VerdictRequest,
  lookedAt: LookedAt | null,
  { series, analysis, examine }: DraftSources
): Promise<{
  statistics: SliceStatistics[]
  region: SliceExamination['region']
  masks: SliceMask[]
}> {
  const look = (
    sliceIndex: number,
    judged: ExaminedSlice['judged'],
    keepStatistics = true
  ): Promise<SliceExamination> =>
    examine({ ...examinedSlice(sliceAt(series, sliceIndex), lookedAt, analysis), judged, keepStatistics })
  const kept = ({ statistics }: SliceExamination): SliceStatistics[] => (statistics ? [statistics] : [])
  switch (request.kind) {
    case 'study-normal': {
      const statistics: SliceStatistics[] = []
      for (const { index } of series.slices) {
        if (lookedAt && analysis?.results[index]) statistics.push(...kept(await look(index, null)))
        else statistics.push(unanalysed(sliceAt(series, index)))
      }
      return { statistics, region: null, masks: [] }
    }
    case 'slice-normal':
      return { statistics: kept(await look(request.sliceIndex, null)), region: null, masks: [] }
    case 'missed': {
      const drawing: Drawing = request.drawing
      const found = await look(request.sliceIndex, { drawing })
      return { statistics: kept(found), region: found.region, masks: found.mask ? [found.mask] : [] }
    }
    default: {
      if (!analysis?.results[request.sliceIndex]) {
        throw new NidusError('not-found', { sliceIndex: request.sliceIndex, reason: 'it is not analysed' })
      }
      const { sliceIndex, peakAt, otherSlices = [] } = request
      const onSlice = (index: number): [number, number][] =>
        otherSlices.filter((other) => other.sliceIndex === index).map((other) => other.peakAt)
      const found = await look(sliceIndex, { peaks: [peakAt, ...onSlice(sliceIndex)] })
      const masks = found.mask ? [found.mask] : []
      for (const index of new Set(otherSlices.map((other) => other.sliceIndex))) {
        if (index === sliceIndex) continue
        const { mask } = await look(index, { peaks: onSlice(index) }, false)
        if (mask) masks.push(mask)
      }
      masks.sort((a, b) => a.sliceIndex - b.sliceIndex)
      return { statistics: kept(found), region: found.region, masks }
    }
  }
}

function examinedSlice(
  slice: Slice,
  lookedAt: LookedAt | null,
  analysis: SeriesAnalysis | null
): Omit<ExaminedSlice, 'judged' | 'keepStatistics'> {
  const { index, sopInstanceUid, rows, columns, spacingMm } = slice
  const about = { sliceIndex: index, sopInstanceUid, rows, columns, spacingMm }
  const result = analysis?.results[index]
  if (!lookedAt || !analysis || !result) return { ...about, map: null }
  const { manifest } = analysis.model
  const { minAreaMm2, minAreaPx } = manifest.findings
  return {
    ...about,
    map: {
      values: renderLayer(result, manifest, lookedAt.map).values,
      foreground: result.eroded,
      threshold: lookedAt.threshold,
      limits: { spacingMm, minAreaMm2, minAreaPx },
      score: result.analysis.score,
      scoreStandardised: result.analysis.scoreStandardised
    }
  }
}

/** A slice that was called normal without a map: its place is kept, nothing else is known. */
function unanalysed({ index, sopInstanceUid }: Slice): SliceStatistics {
  return {
    sliceIndex: index,
    sopInstanceUid,
    score: null,
    scoreStandardised: null,
    foregroundPx: 0,
    peak: null,
    mean: null,
    quantiles: { probabilities: [], values: [] },
    histogram: { binWidth: 0.25, bins: [] },
    findingPeaks: []
  }
}

function analysisFacts(
  lookedAt: LookedAt | null,
  slices: SliceStatistics[],
  analysis: SeriesAnalysis | null
): AnalysisFacts | null {
  if (!lookedAt || !analysis?.state.stamp || slices.length === 0) return null
  const { manifest } = analysis.model
  const { map, threshold } = lookedAt
  const { thresholds } = withSiteThresholds(manifest, analysis.state.siteThresholds)
  const standard = thresholds.find((known) => known.map === map && known.value === threshold)
  const { id, version, value } = standard ?? chooseThreshold(manifest, map, threshold)
  return {
    map,
    threshold: { id, version, value },
    model: { id: manifest.id, version: manifest.version, sha256: manifest.sha256 },
    preprocessingVersion: manifest.preprocessing.version,
    provider: analysis.state.stamp.provider.used,
    slices
  }
}

function sliceAt(series: Series, sliceIndex: number): Slice {
  const slice = series.slices[sliceIndex]
  if (!slice) throw new NidusError('not-found', { sliceIndex, reason: 'the series has no such slice' })
  return slice
}
