import type { NamedVerdict, SliceMask } from '../../contract/feedback'

/** What the verdicts say of one slice. */
export interface SliceLabel {
  studyInstanceUid: string
  seriesInstanceUid: string
  sopInstanceUid: string | null
  sliceIndex: number
  rows: number | null
  columns: number | null
  modality: string
  patientKey: string
  label: 'normal' | 'anomalous'
  /** outlines of what was confirmed or missed; empty for normal slices, and where none were stored */
  masks: SliceMask[]
}

/** A slice that the verdicts say nothing certain of. */
export interface UnlabelledSlice {
  studyInstanceUid: string
  seriesInstanceUid: string
  sliceIndex: number
  reason: 'readers-disagree' | 'only-rejected-findings' | 'unsure'
}

interface Votes {
  about: Omit<SliceLabel, 'label' | 'masks'>
  anomalous: number
  normal: number
  /** rejected in a study that its reader has read completely */
  rejectedCompletely: number
  rejected: number
  confirmed: Set<string>
  dismissed: Set<string>
  masks: SliceMask[]
}

/**
 * Slice labels for training. Anomalous: a finding was confirmed or a missed one drawn. Normal: the slice or its
 * whole study was called normal. A rejected finding alone makes no normal slice, since nobody said that the rest of
 * it was looked at; it does in a study that its reader has read completely. Slices on which readers contradict each
 * other are left out.
 * @param verdicts current ones
 * @param isComplete whether the verdict's reader has read its study completely
 */
export function labelSlices(
  verdicts: readonly NamedVerdict[],
  isComplete: (verdict: NamedVerdict) => boolean
): { labels: SliceLabel[]; left: UnlabelledSlice[] } {
  const slices = new Map<string, Votes>()
  const votesOf = (
    { image }: NamedVerdict,
    series: string,
    sliceIndex: number,
    sopInstanceUid: string | null
  ): Votes => {
    const key = `${series}/${sliceIndex}`
    const known = slices.get(key)
    const { studyInstanceUid, rows, columns, modality, patientKey } = image
    const about = {
      ...{ studyInstanceUid, seriesInstanceUid: series, sopInstanceUid, sliceIndex },
      ...{ rows, columns, modality, patientKey }
    }
    const votes: Votes = known ?? {
      ...{ about, anomalous: 0, normal: 0, rejectedCompletely: 0, rejected: 0 },
      ...{ confirmed: new Set<string>(), dismissed: new Set<string>(), masks: [] }
    }
    slices.set(key, votes)
    return votes
  }
  for (const verdict of verdicts) {
    const { image, kind, masks } = verdict
    const series = image.seriesInstanceUid
    if (kind === 'study-normal') {
      // a verdict on a whole study has one series: the one that was analysed, else it names no slices
      if (series === null) continue
      verdict.analysis?.slices.forEach((slice) => {
        votesOf(verdict, series, slice.sliceIndex, slice.sopInstanceUid).normal += 1
      })
      continue
    }
    if (series === null || image.sliceIndex === null) continue
    const own = { sliceIndex: image.sliceIndex, sopInstanceUid: image.sopInstanceUid }
    const covered = masks.length > 0 ? masks : [own]
    for (const slice of covered) {
      const votes = votesOf(verdict, series, slice.sliceIndex, slice.sopInstanceUid)
      if (kind === 'confirm' || kind === 'missed') {
        votes.anomalous += 1
        votes.confirmed.add(verdict.subjectKey)
        votes.masks.push(...masks.filter(({ sliceIndex }) => sliceIndex === slice.sliceIndex))
      } else if (kind === 'slice-normal') votes.normal += 1
      else if (kind === 'reject') {
        votes.dismissed.add(verdict.subjectKey)
        if (isComplete(verdict)) votes.rejectedCompletely += 1
        else votes.rejected += 1
      }
    }
  }
  const labels: SliceLabel[] = []
  const left: UnlabelledSlice[] = []
  for (const votes of slices.values()) {
    const { about, anomalous, masks } = votes
    const { studyInstanceUid, seriesInstanceUid, sliceIndex } = about
    const leave = (reason: UnlabelledSlice['reason']) =>
      left.push({ studyInstanceUid, seriesInstanceUid, sliceIndex, reason })
    const disputed = [...votes.confirmed].some((subject) => votes.dismissed.has(subject))
    if (disputed || (anomalous > 0 && votes.normal > 0)) leave('readers-disagree')
    else if (anomalous > 0) labels.push({ ...about, label: 'anomalous', masks })
    else if (votes.normal + votes.rejectedCompletely > 0)
      labels.push({ ...about, label: 'normal', masks: [] })
    else leave(votes.rejected > 0 ? 'only-rejected-findings' : 'unsure')
  }
  return { labels, left }
}
