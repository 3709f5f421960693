import { writeDecoded } from './export/write-decoded'
import { answerReaderQuestion } from './study/answer-reader-question'
import type { FromReader, ToReader } from './study/reader-protocol'
import { serveReader, type ReaderPort } from './study/serve-reader'

interface ParentPort {
  postMessage(message: FromReader): void
  on(event: 'message', listener: (event: { data: ToReader }) => void): void
}

/**
 * The channel to whoever started this process: Electron's utilityProcess or Node's child_process.fork. Null
 * where nobody did, so that importing this file does nothing.
 */
function portToParent(): ReaderPort | null {
  const utility = (process as { parentPort?: ParentPort }).parentPort
  if (utility) {
    return {
      post: (message) => utility.postMessage(message),
      onMessage: (listener) => utility.on('message', ({ data }) => listener(data))
    }
  }
  if (!process.send) return null
  // an orderly end would wait for every thread that waits for a disk
  process.once('disconnect', () => process.kill(process.pid, 'SIGKILL'))
  return {
    post: (message) => void process.send?.(message, undefined, undefined, () => undefined),
    onMessage: (listener) => void process.on('message', (message) => listener(message as ToReader))
  }
}

const port = portToParent()
if (port) {
  serveReader(port, async (question, report, signal, bench) => {
    if (question.kind !== 'decode') return answerReaderQuestion(question, report, signal, bench)
    const shortfall = await writeDecoded(question.path, question.target, bench)
    return shortfall && { code: shortfall.code, context: shortfall.context }
  })
}
