import { toNidusError } from '../contract/errors'
import { countStuck } from './patience'
import type { FromReader, OpeningReport, ReaderAnswers, ReaderQuestion, ToReader } from './reader-protocol'
import { Workbench } from './reader-work'

/** Between two signs of life. */
const aliveMs = 500

/** Calls that wait in vain for disks, and the threads that they hold, before another process is to take over. */
const mostStuck = 8

/** The channel to whoever asks. */
export interface ReaderPort {
  post(message: FromReader): void
  onMessage(listener: (message: ToReader) => void): void
}

/**
 * Answers the questions that come through a port, and gives signs of life as long as an answer is owed.
 * @param answer as `answerReaderQuestion`
 */
export function serveReader(
  port: ReaderPort,
  answer: (
    question: ReaderQuestion,
    report: (report: OpeningReport) => void,
    signal: AbortSignal,
    bench: Workbench
  ) => Promise<ReaderAnswers[ReaderQuestion['kind']]>
): void {
  const underWay = new Map<number, AbortController>()
  let signs: NodeJS.Timeout | undefined
  port.onMessage((message) => {
    const { id } = message
    if ('cancel' in message) return underWay.get(id)?.abort()
    const stop = new AbortController()
    underWay.set(id, stop)
    if (underWay.size === 1) {
      port.post({ sign: 'alive' })
      signs = setInterval(() => port.post({ sign: 'alive' }), aliveMs)
    }
    const bench = new Workbench(
      (number, work) => port.post({ sign: 'work', number, work }),
      new Set(message.refused)
    )
    void answer(message.question, (report) => port.post({ id, report }), stop.signal, bench)
      .then(
        (found) => port.post({ id, ok: true, answer: found }),
        (thrown: unknown) => {
          const { code, context } = toNidusError(thrown)
          port.post({ id, ok: false, code, context })
        }
      )
      .finally(() => {
        underWay.delete(id)
        if (underWay.size === 0) clearInterval(signs)
        if (countStuck() >= mostStuck) port.post({ sign: 'worn' })
      })
  })
}
