import { NidusError } from '../../contract/errors'
import { sessionQuestions } from './session-questions'
import type { StoreKeeper } from './store-keeper'
import { thresholdQuestions } from './threshold-questions'
import { transferQuestions } from './transfer-questions'
import { upkeepQuestions } from './upkeep-questions'
import { verdictQuestions } from './verdict-questions'

/** Everything that the store's process can be asked; each takes the store and one argument. */
const feedbackQuestions = {
  ...sessionQuestions,
  ...verdictQuestions,
  ...upkeepQuestions,
  ...transferQuestions,
  ...thresholdQuestions
}
export type FeedbackQuestions = typeof feedbackQuestions

/**
 * Answers a question by its name.
 * @throws NidusError `internal` for an unknown one, and what the question throws
 */
export async function answerFeedbackQuestion(
  keeper: StoreKeeper,
  name: string,
  argument: unknown
): Promise<unknown> {
  if (!Object.prototype.hasOwnProperty.call(feedbackQuestions, name)) {
    throw new NidusError('internal', { reason: `the store knows no question ${name}` })
  }
  const answer = feedbackQuestions[name as keyof FeedbackQuestions] as (
    keeper: StoreKeeper,
    argument: unknown
  ) => Promise<unknown>
  return answer(keeper, argument)
}
