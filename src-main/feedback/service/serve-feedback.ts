import { toNidusError } from '../../contract/errors'
import { answerFeedbackQuestion } from './feedback-questions'
import type { FeedbackPort } from './feedback-protocol'
import type { StoreKeeper } from './store-keeper'

/** How often the process looks whether a dated copy is due. */
const backupCheckMs = 10 * 60_000

/**
 * The process that holds the store: questions are answered one after the other, so that each sees what the one before
 * has written. A row is on the disk before its answer leaves.
 */
export function serveFeedback(port: FeedbackPort, keeper: StoreKeeper): void {
  let last: Promise<unknown> = Promise.resolve()
  port.onMessage(({ id, name, argument }) => {
    last = last.then(async () => {
      try {
        port.post({ id, ok: true, answer: await answerFeedbackQuestion(keeper, name, argument) })
      } catch (thrown) {
        const { code, context } = toNidusError(thrown)
        port.post({ id, ok: false, code, context })
      }
    })
  })
  // a copy that cannot be written now is tried again later; its place is looked at whenever copies are listed
  const copy = (): Promise<void> => keeper.backUpIfDue().catch(() => undefined)
  setInterval(() => (last = last.then(copy)), backupCheckMs).unref()
}
