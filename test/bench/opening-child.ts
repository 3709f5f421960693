import { monitorEventLoopDelay } from 'node:perf_hooks'
import { answerReaderQuestion } from '../../src-main/study/answer-reader-question'
import type { FromReader, ToReader } from '../../src-main/study/reader-protocol'

/** What the reader says of itself once its answer is away. */
export interface ReaderFigures {
  longestDelayMs: number
  peakMemoryMiB: number
}

// the app's reader, as a process that Node starts, watching its own event loop
const delay = monitorEventLoopDelay({ resolution: 1 })
delay.enable()
process.on('message', (message: ToReader) => {
  if ('cancel' in message) return
  const send = (answer: FromReader): void => void process.send?.(answer)
  const { id, question } = message
  const report = (sent: Extract<FromReader, { report: unknown }>['report']): void =>
    send({ id, report: sent })
  void answerReaderQuestion(question, report, new AbortController().signal).then((answer) => {
    send({ id, ok: true, answer })
    const figures: ReaderFigures = {
      longestDelayMs: delay.max / 1e6,
      peakMemoryMiB: process.resourceUsage().maxRSS / 1024
    }
    process.send?.({ figures })
  })
})
