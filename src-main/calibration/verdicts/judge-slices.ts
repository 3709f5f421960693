import type { SliceStatistics } from '../../contract/feedback'
import { keyOfSlice, statisticsOf } from './judged-verdict'
import type { JudgedVerdict } from './judged-verdict'

/** What the verdicts of all readers say of one slice that has a map. */
export interface JudgedSlice {
  key: string
  verdict: JudgedVerdict
  statistics: SliceStatistics
  /** null where the verdicts do not tell */
  label: 'normal' | 'anomalous' | null
  /** readers contradict each other */
  disputed: boolean
  /** somebody called the slice or its whole study normal: then every finding on it is a false alarm */
  calledNormal: boolean
}

interface Votes {
  verdict: JudgedVerdict
  statistics: SliceStatistics | null
  anomalous: number
  normal: number
  rejectedCompletely: number
  confirmed: Set<string>
  rejected: Set<string>
}

/**
 * The label of each slice. Anomalous: a finding was confirmed on it or a missed one drawn. Normal: it or its study was
 * called normal, or all that was shown on it was rejected in a study that a reader has read completely; elsewhere a
 * rejection says nothing of the rest of the slice. Slices on which readers contradict each other have no label.
 * @returns slices whose map statistics were kept
 */
export function judgeSlices(verdicts: readonly JudgedVerdict[]): JudgedSlice[] {
  const slices = new Map<string, Votes>()
  const votesOn = (key: string, verdict: JudgedVerdict): Votes => {
    let votes = slices.get(key)
    if (!votes) {
      const none = { statistics: null, anomalous: 0, normal: 0, rejectedCompletely: 0 }
      slices.set(key, (votes = { verdict, ...none, confirmed: new Set(), rejected: new Set() }))
    }
    return votes
  }
  for (const verdict of verdicts) {
    const { kind, image, subjectKey } = verdict
    for (const { key, statistics } of statisticsOf(verdict)) {
      const votes = votesOn(key, verdict)
      votes.statistics = statistics
      votes.verdict = verdict
      if (kind === 'study-normal') votes.normal += 1
    }
    const series = image.seriesInstanceUid
    if (kind === 'study-normal' || series === null || image.sliceIndex === null) continue
    const covered = new Set([image.sliceIndex, ...verdict.masks.map(({ sliceIndex }) => sliceIndex)])
    for (const sliceIndex of covered) {
      const votes = votesOn(keyOfSlice({ series, sliceIndex }), verdict)
      if (kind === 'confirm' || kind === 'missed') {
        votes.anomalous += 1
        votes.confirmed.add(subjectKey)
      } else if (kind === 'slice-normal') votes.normal += 1
      else if (kind === 'reject') {
        votes.rejected.add(subjectKey)
        if (verdict.studyComplete) votes.rejectedCompletely += 1
      }
    }
  }
  const judged: JudgedSlice[] = []
  for (const [key, { statistics, ...votes }] of slices) {
    if (!statistics) continue
    const bothWays = [...votes.confirmed].some((subject) => votes.rejected.has(subject))
    const disputed = bothWays || (votes.anomalous > 0 && votes.normal > 0)
    const isNormal = votes.normal + votes.rejectedCompletely > 0
    const label = disputed ? null : votes.anomalous > 0 ? 'anomalous' : isNormal ? 'normal' : null
    const calledNormal = label === 'normal' && votes.normal > 0
    judged.push({ key, verdict: votes.verdict, statistics, label, disputed, calledNormal })
  }
  return judged
}
