import { keyOfSlice } from './judged-verdict'
import type { JudgedVerdict } from './judged-verdict'
import type { JudgedSlice } from './judge-slices'

/** One finding with what its readers agree on. */
export interface JudgedFinding {
  id: string
  verdict: JudgedVerdict
  /** highest and mean score inside, score units; null where no map was computed */
  peak: number | null
  mean: number | null
  label: 'normal' | 'anomalous' | null
  disputed: boolean
  /** shown by the app; a missed one was not */
  shown: boolean
}

/** Two scores that are one and the same but for their way through JSON. */
const samePeak = (a: number, b: number): boolean => Math.abs(a - b) <= 1e-6 * Math.max(1, Math.abs(a))

/**
 * Findings with their labels: confirmed or missed ones anomalous, rejected ones normal (false alarms), those that
 * readers contradict each other on without a label, likewise those that nobody is sure of. On slices that were called
 * normal the findings that nobody judged one by one are false alarms too. The same missed finding drawn by two readers
 * counts once.
 */
export function judgeFindings(
  verdicts: readonly JudgedVerdict[],
  slices: readonly JudgedSlice[]
): JudgedFinding[] {
  const bySubject = new Map<string, JudgedVerdict[]>()
  for (const verdict of verdicts) {
    if (!['confirm', 'reject', 'unsure', 'missed'].includes(verdict.kind)) continue
    const own = bySubject.get(verdict.subjectKey)
    if (own) own.push(verdict)
    else bySubject.set(verdict.subjectKey, [verdict])
  }
  const findings: JudgedFinding[] = []
  const drawn: JudgedVerdict[] = []
  const judgedPeaks = new Map<string, number[]>()
  for (const [id, said] of bySubject) {
    const verdict = said[said.length - 1]
    const { region, image, kind } = verdict
    const isMissed = kind === 'missed'
    if (isMissed && drawn.some((other) => overlap(other, verdict))) continue
    if (isMissed) drawn.push(verdict)
    const confirmed = said.some((own) => own.kind === 'confirm' || own.kind === 'missed')
    const rejected = said.some((own) => own.kind === 'reject')
    const disputed = confirmed && rejected
    const label = disputed ? null : confirmed ? 'anomalous' : rejected ? 'normal' : null
    const [peak, mean] = [region?.peak ?? null, region?.mean ?? null]
    findings.push({ id, verdict, peak, mean, label, disputed, shown: !isMissed })
    if (peak === null || image.seriesInstanceUid === null || image.sliceIndex === null) continue
    const key = keyOfSlice({ series: image.seriesInstanceUid, sliceIndex: image.sliceIndex })
    judgedPeaks.set(key, [...(judgedPeaks.get(key) ?? []), peak])
  }
  for (const { key, verdict, statistics, calledNormal } of slices) {
    if (!calledNormal) continue
    const judged = judgedPeaks.get(key) ?? []
    statistics.findingPeaks.forEach((peak, place) => {
      if (judged.some((known) => samePeak(known, peak))) return
      const id = `unjudged:${key}:${place}`
      findings.push({ id, verdict, peak, mean: null, label: 'normal', disputed: false, shown: true })
    })
  }
  return findings
}

function overlap(a: JudgedVerdict, b: JudgedVerdict): boolean {
  const same =
    a.readerKey !== b.readerKey &&
    a.image.seriesInstanceUid === b.image.seriesInstanceUid &&
    a.image.sliceIndex === b.image.sliceIndex
  if (!same || !a.region || !b.region) return false
  const [ax, ay, aWidth, aHeight] = a.region.bbox
  const [bx, by, bWidth, bHeight] = b.region.bbox
  return ax < bx + bWidth && bx < ax + aWidth && ay < by + bHeight && by < ay + aHeight
}
