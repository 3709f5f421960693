import type { RejectReason } from '../../../src-main/contract/feedback'
import type { SeenVerdict, StudyVerdicts, VerdictRequest } from '../../../src-main/contract/feedback-channels'
import type { MapName } from '../../../src-main/contract/manifest'
import { useFindings, type RankedFinding } from '../../state/findings'
import { tell } from '../../state/notices'
import type { DrawnShape } from '../../state/tools'
import { giveVerdict, takeBackVerdict, useVerdicts } from '../../state/verdicts'
import { useView } from '../../state/view'
import type { Reading } from '../reading/use-reading'
import { addStroke, toDrawing } from './to-drawing'
import { findingVerdictsNow } from './use-finding-verdicts'

export type FindingWord = { kind: 'confirm' | 'unsure' } | { kind: 'reject'; reason: RejectReason }

const studyNow = ({ study }: Reading): StudyVerdicts | null =>
  useVerdicts.getState().byStudy[study.studyInstanceUid] ?? null

const own = (reading: Reading): SeenVerdict[] => studyNow(reading)?.verdicts.filter(({ mine }) => mine) ?? []

/** Map and threshold of the findings that the reader has before them; null where there is no map. */
function lookedAt({ series }: Reading): { map: MapName; threshold: number } | null {
  const { seriesId, map, threshold } = useFindings.getState()
  return seriesId === series.id && map ? { map, threshold } : null
}

/**
 * The finding that a key means: the chosen one, else the only one on the slice.
 * @returns null where there is no such finding, or the choice is open
 */
export function findingInHand(reading: Reading): RankedFinding | null {
  const { ranked, seriesId } = useFindings.getState()
  if (seriesId !== reading.series.id) return null
  const { selected } = useView.getState()
  const chosen = ranked.find(
    ({ sliceIndex, finding }) =>
      selected?.seriesId === seriesId &&
      selected.sliceIndex === sliceIndex &&
      selected.x === finding.peakAt[0] &&
      selected.y === finding.peakAt[1]
  )
  if (chosen) return chosen
  const here = ranked.filter(({ body }) =>
    body.parts.some(({ sliceIndex }) => sliceIndex === reading.sliceIndex)
  )
  return here.length === 1 ? (here[0] as RankedFinding) : null
}

/**
 * Says something of a finding. The same word again says nothing new. A confirmed finding takes back that its slices or
 * the study were called normal.
 */
export function judgeFinding(reading: Reading, found: RankedFinding, word: FindingWord): void {
  const { series } = reading
  const seen = lookedAt(reading)
  if (!seen) return
  const { mine } = findingVerdictsNow(reading).of(found.rank)
  const reason = word.kind === 'reject' ? word.reason : null
  if (mine?.kind === word.kind && mine.reason === reason) return
  const { sliceIndex, finding, body } = found
  const otherSlices = body.parts
    .filter((part) => part.sliceIndex !== sliceIndex || part.finding !== finding)
    .map((part) => ({ sliceIndex: part.sliceIndex, peakAt: part.finding.peakAt }))
  const about = {
    seriesId: series.id,
    ...seen,
    sliceIndex,
    peakAt: finding.peakAt,
    otherSlices,
    text: mine?.text ?? '',
    replaces: mine?.id ?? null
  }
  const request: VerdictRequest = { ...word, ...about }
  const slices = body.parts.map((part) => part.sliceIndex)
  giveVerdict(request, word.kind === 'confirm' ? normalWords(reading, slices) : [])
}

/** Stores what was drawn as a missed finding. A stroke of the brush that touches a painted one is added to it. */
export function addMissed(reading: Reading, shape: DrawnShape): void {
  const drawing = toDrawing(shape)
  if (!drawing) return
  const { seriesId, sliceIndex } = shape
  const isHere = seriesId === reading.series.id
  const painted = own(reading)
    .filter((verdict) => isHere && verdict.kind === 'missed' && isOfSeries(verdict, reading))
    .filter((verdict) => verdict.sliceIndex === sliceIndex)
    .flatMap(({ id, text, drawing: before }) => {
      const together = addStroke(before, drawing)
      return together ? [{ id, text, together }] : []
    })[0]
  giveVerdict(
    {
      kind: 'missed',
      seriesId,
      sliceIndex,
      drawing: painted?.together ?? drawing,
      lookedAt: isHere ? lookedAt(reading) : null,
      text: painted?.text ?? '',
      replaces: painted?.id ?? null
    },
    isHere ? normalWords(reading, [sliceIndex]) : []
  )
}

/** Calls the slice normal, or takes that back. Refused where the reader has found something on it. */
export function toggleSliceNormal(reading: Reading): void {
  const { series, sliceIndex } = reading
  const said = sliceNormalOf(studyNow(reading), reading)
  if (said) return takeBackVerdict(series.id, said.id)
  const found = own(reading).some(
    (verdict) => isAbnormal(verdict) && isOfSeries(verdict, reading) && covers(verdict, sliceIndex)
  )
  if (found) {
    tell('error', 'You confirmed or drew a finding on this slice. Take that back before you call it normal.')
    return
  }
  giveVerdict({ kind: 'slice-normal', seriesId: series.id, sliceIndex, lookedAt: lookedAt(reading) })
}

/** Calls the study normal, or takes that back. Refused where the reader has found something in it. */
export function toggleStudyNormal(reading: Reading): void {
  const said = studyNormalOf(studyNow(reading))
  if (said) return takeBackVerdict(reading.series.id, said.id)
  if (own(reading).some(isAbnormal)) {
    tell('error', 'You confirmed or drew a finding in this study. Take that back before you call it normal.')
    return
  }
  giveVerdict({ kind: 'study-normal', seriesId: reading.series.id, lookedAt: lookedAt(reading) })
}

/** The reader's word that a slice is normal; null where there is none. */
export function sliceNormalOf(study: StudyVerdicts | null, reading: Reading): SeenVerdict | null {
  const found = study?.verdicts.find(
    (verdict) =>
      verdict.mine &&
      verdict.kind === 'slice-normal' &&
      isOfSeries(verdict, reading) &&
      verdict.sliceIndex === reading.sliceIndex
  )
  return found ?? null
}

/** The reader's word that the study is normal; null where there is none. */
export function studyNormalOf(study: StudyVerdicts | null): SeenVerdict | null {
  return study?.verdicts.find(({ mine, kind }) => mine && kind === 'study-normal') ?? null
}

function normalWords(reading: Reading, slices: readonly number[]): string[] {
  return own(reading)
    .filter(
      (verdict) =>
        verdict.kind === 'study-normal' ||
        (verdict.kind === 'slice-normal' &&
          isOfSeries(verdict, reading) &&
          verdict.sliceIndex !== null &&
          slices.includes(verdict.sliceIndex))
    )
    .map(({ id }) => id)
}

const isAbnormal = ({ kind }: SeenVerdict): boolean => kind === 'confirm' || kind === 'missed'

const isOfSeries = (verdict: SeenVerdict, reading: Reading): boolean =>
  verdict.seriesInstanceUid === reading.series.seriesInstanceUid

const covers = ({ sliceIndex, maskSlices }: SeenVerdict, slice: number): boolean =>
  sliceIndex === slice || maskSlices.includes(slice)
