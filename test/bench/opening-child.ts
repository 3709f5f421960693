import { monitorEventLoopDelay } from 'node:perf_hooks'
import { answerReaderQuestion } from '../../src-main/study/answer-reader-question'
import type { ToReader } from '../../src-main/study/reader-protocol'
import { serveReader } from '../../src-main/study/serve-reader'

/** What the reader says of itself once its answer is away. */
export interface ReaderFigures {
  longestDelayMs: number
  peakMemoryMiB: number
}

// the app's reader, as a process that Node starts, watching its own event loop
const delay = monitorEventLoopDelay({ resolution: 1 })
delay.enable()
serveReader(
  {
    post: (message) => void process.send?.(message),
    onMessage: (listener) => void process.on('message', (message) => listener(message as ToReader))
  },
  async (question, report, signal, bench) => {
    if (question.kind === 'decode') return null
    const answer = await answerReaderQuestion(question, report, signal, bench)
    const figures: ReaderFigures = {
      longestDelayMs: delay.max / 1e6,
      peakMemoryMiB: process.resourceUsage().maxRSS / 1024
    }
    // behind the answer
    setImmediate(() => process.send?.({ figures }))
    return answer
  }
)
