import type { NamedVerdict } from '../../contract/feedback'
import type { FeedbackStore } from '../store/open-store'
import { readingState } from '../reading/record-reading'
import { verdictHistory } from '../verdicts/query-verdicts'
import { cohensKappa, type CohensKappa } from './cohens-kappa'
import { fleissKappa, type FleissKappa } from './fleiss-kappa'

/** What a reader can say of a finding. */
export const categories = ['confirm', 'reject', 'unsure'] as const

/** How far readers agree on findings that they judged without knowing of each other. */
export interface ReaderAgreement {
  /** readers by name, in alphabetical order of their keys */
  readers: { key: string; name: string }[]
  /** each pair of readers that have findings in common */
  pairs: { readers: [string, string]; agreement: CohensKappa }[]
  /** over the findings that every one of three or more readers judged; null where there are none */
  all: FleissKappa | null
  /** findings that two or more readers judged blind */
  sharedFindings: number
  /** studies left out because a reader with verdicts on it has not completed the reading */
  studiesStillBeingRead: number
}

/** The last blind word of each reader on each finding: finding -> reader -> category. */
export function blindRatings(verdicts: readonly NamedVerdict[]): Map<string, Map<string, number>> {
  const ratings = new Map<string, Map<string, number>>()
  for (const verdict of verdicts) {
    if (!verdict.blind || !verdict.subjectKey.startsWith('finding:')) continue
    const ofFinding = ratings.get(verdict.subjectKey) ?? new Map<string, number>()
    ratings.set(verdict.subjectKey, ofFinding)
    const category = categories.indexOf(verdict.kind as (typeof categories)[number])
    if (category < 0) ofFinding.delete(verdict.readerKey)
    else ofFinding.set(verdict.readerKey, category)
  }
  return ratings
}

/**
 * Agreement on findings (confirm, reject, unsure) between readers: Cohen's kappa for each pair, Fleiss' for all.
 * Only words given while blind count, and only on studies that each of their readers has completed, so that the
 * figures tell nobody what to say. Missed findings are not in it: a drawing has no counterpart to agree with.
 */
export function readerAgreement(store: FeedbackStore): ReaderAgreement {
  const history = verdictHistory(store).sort((a, b) => a.recordedAt.localeCompare(b.recordedAt))
  const unfinished = new Set<string>()
  const asked = new Map<string, boolean>()
  for (const { readerKey, image } of history) {
    const key = `${readerKey}\n${image.studyInstanceUid}`
    const done = asked.get(key) ?? readingState(store, readerKey, image.studyInstanceUid).completed
    asked.set(key, done)
    if (!done) unfinished.add(image.studyInstanceUid)
  }
  const finished = history.filter(({ image }) => !unfinished.has(image.studyInstanceUid))
  const { ratings: _, ...agreement } = agreementOf(finished)
  return { ...agreement, studiesStillBeingRead: unfinished.size }
}

/**
 * Agreement in verdicts of readings that are completed.
 * @param history every word, in the order in which they were given
 */
export function agreementOf(
  history: readonly NamedVerdict[]
): Omit<ReaderAgreement, 'studiesStillBeingRead'> & { ratings: Map<string, Map<string, number>> } {
  const names = new Map(history.map(({ readerKey, reader }) => [readerKey, reader]))
  const keys = [...names.keys()].sort()
  const ratings = new Map([...blindRatings(history)].filter(([, ofFinding]) => ofFinding.size >= 2))
  const rated = [...ratings.values()]

  const pairs: ReaderAgreement['pairs'] = []
  keys.forEach((first, i) =>
    keys.slice(i + 1).forEach((second) => {
      const table = categories.map(() => categories.map(() => 0))
      for (const ofFinding of rated) {
        const [a, b] = [ofFinding.get(first), ofFinding.get(second)]
        if (a !== undefined && b !== undefined) table[a][b] += 1
      }
      if (table.flat().some((cell) => cell > 0))
        pairs.push({ readers: [first, second], agreement: cohensKappa(table) })
    })
  )
  const complete = keys.length >= 3 ? rated.filter((ofFinding) => ofFinding.size === keys.length) : []
  const counts = complete.map((ofFinding) =>
    categories.map((_, category) => [...ofFinding.values()].filter((said) => said === category).length)
  )
  return {
    readers: keys.map((key) => ({ key, name: names.get(key) as string })),
    pairs,
    all: counts.length > 0 ? fleissKappa(counts) : null,
    sharedFindings: ratings.size,
    ratings
  }
}
