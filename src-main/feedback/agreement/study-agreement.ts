import type { AgreementFacts } from '../../contract/feedback-channels'
import { readingState } from '../reading/record-reading'
import type { FeedbackStore } from '../store/open-store'
import { verdictHistory } from '../verdicts/query-verdicts'
import { agreementOf, categories } from './reader-agreement'

/**
 * Agreement on the findings of one study between the readers who have completed it, by what they said while blind.
 * Readers who are still at it are named and left out. Not to be shown to a reader who is blind to the others.
 */
export function studyAgreement(store: FeedbackStore, studyInstanceUid: string): AgreementFacts {
  const history = verdictHistory(store, { studyInstanceUid }).sort((a, b) =>
    a.recordedAt.localeCompare(b.recordedAt)
  )
  const names = new Map(history.map(({ readerKey, reader }) => [readerKey, reader]))
  const completed = new Set(
    [...names.keys()].filter((key) => readingState(store, key, studyInstanceUid).completed)
  )
  const { pairs, all, sharedFindings, ratings } = agreementOf(
    history.filter(({ readerKey }) => completed.has(readerKey))
  )
  const nameOf = (key: string): string => names.get(key) ?? key
  return {
    pairs: pairs.map(({ readers: [first, second], agreement }) => ({
      readers: [nameOf(first), nameOf(second)],
      subjects: agreement.subjects,
      observed: agreement.observed,
      expected: agreement.expected,
      kappa: agreement.kappa,
      interval: agreement.interval
    })),
    all,
    sharedFindings,
    stillReading: [...names].filter(([key]) => !completed.has(key)).map(([, name]) => name),
    findings: [...ratings].map(([subjectKey, said]) => ({
      subjectKey,
      said: [...said].map(([key, category]) => ({ reader: nameOf(key), kind: categories[category] }))
    }))
  }
}
