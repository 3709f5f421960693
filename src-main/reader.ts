import { toNidusError } from './contract/errors'
import { answerReaderQuestion } from './study/answer-reader-question'
import type { FromReader, ToReader } from './study/reader-protocol'

interface ParentPort {
  postMessage(message: FromReader): void
  on(event: 'message', listener: (event: { data: ToReader }) => void): void
}

const port = (process as { parentPort?: ParentPort }).parentPort

port?.on('message', ({ data: { id, question } }) => {
  answerReaderQuestion(question).then(
    (answer) => port.postMessage({ id, ok: true, answer }),
    (thrown: unknown) => {
      const { code, context } = toNidusError(thrown)
      port.postMessage({ id, ok: false, code, context })
    }
  )
})
