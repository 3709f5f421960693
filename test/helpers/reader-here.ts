import { writeDecoded } from '../../src-main/export/write-decoded'
import { answerReaderQuestion } from '../../src-main/study/answer-reader-question'
import type { FromReader, SpawnReader, ToReader } from '../../src-main/study/reader-protocol'
import { serveReader } from '../../src-main/study/serve-reader'

/** A reader in the test's own process, for what needs no other. */
export const readerHere: SpawnReader = () => {
  let hear: (message: ToReader) => void = () => undefined
  let tell: (message: FromReader) => void = () => undefined
  serveReader(
    { post: (message) => tell(message), onMessage: (listener) => (hear = listener) },
    async (question, report, signal, bench) =>
      question.kind === 'decode'
        ? writeDecoded(question.path, question.target, bench)
        : answerReaderQuestion(question, report, signal, bench)
  )
  return {
    post: (message) => void setImmediate(() => hear(message)),
    onMessage: (listener) => (tell = listener),
    onExit: () => undefined,
    kill: () => (tell = () => undefined)
  }
}
