import { percentileOfSorted } from '../preprocess/percentile'
import type { ScoredCase } from './scored-case'

/**
 * One case for each patient and label, so that cases can be taken for independent: the case with the highest score, or
 * one with the median score. Cases without a label are left out.
 */
export function onePerPatient(cases: readonly ScoredCase[], how: 'max' | 'median'): ScoredCase[] {
  const groups = new Map<string, ScoredCase[]>()
  for (const own of cases) {
    if (own.label === null) continue
    const key = `${own.label} ${own.patient}`
    const group = groups.get(key)
    if (group) group.push(own)
    else groups.set(key, [own])
  }
  return [...groups.values()].map((group) => {
    const top = group.reduce((best, own) => (own.score > best.score ? own : best))
    if (how === 'max') return top
    const scores = Float64Array.from(group, ({ score }) => score).sort()
    // an anomaly counts for sensitivity only where all of its group does
    const studyComplete = group.every((own) => own.studyComplete)
    return { ...top, score: percentileOfSorted(scores, 50), studyComplete }
  })
}
