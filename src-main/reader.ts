import { toNidusError } from './contract/errors'
import { answerReaderQuestion } from './study/answer-reader-question'
import type { FromReader, ToReader } from './study/reader-protocol'

interface ParentPort {
  postMessage(message: FromReader): void
  on(event: 'message', listener: (event: { data: ToReader }) => void): void
}

const port = (process as { parentPort?: ParentPort }).parentPort

const underWay = new Map<number, AbortController>()

port?.on('message', ({ data }) => {
  const { id } = data
  if ('cancel' in data) return underWay.get(id)?.abort()
  const stop = new AbortController()
  underWay.set(id, stop)
  const answered = answerReaderQuestion(
    data.question,
    (report) => port.postMessage({ id, report }),
    stop.signal
  )
  void answered.then(
    (answer) => port.postMessage({ id, ok: true, answer }),
    (thrown: unknown) => {
      const { code, context } = toNidusError(thrown)
      port.postMessage({ id, ok: false, code, context })
    }
  )
  void answered.catch(() => undefined).then(() => underWay.delete(id))
})
