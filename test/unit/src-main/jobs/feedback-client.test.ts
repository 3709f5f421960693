import { describe, expect, it } from 'vitest'
import type {
  FeedbackProcess,
  FromFeedback,
  ToFeedback
} from '../../../../src-main/feedback/service/feedback-protocol'
import { FeedbackClient } from '../../../../src-main/jobs/feedback-client'

/** Processes that answer when the test says so. */
function fakeProcesses() {
  const started: {
    asked: ToFeedback[]
    answer(message: FromFeedback): void
    end(): void
    killed: boolean
  }[] = []
  const spawn = (): FeedbackProcess => {
    let listen: (message: FromFeedback) => void = () => undefined
    let ended: () => void = () => undefined
    const process = {
      asked: [] as ToFeedback[],
      answer: (message: FromFeedback) => listen(message),
      end: () => ended(),
      killed: false
    }
    started.push(process)
    return {
      post: (message) => void process.asked.push(message),
      onMessage: (listener) => (listen = listener),
      onExit: (listener) => (ended = listener),
      kill: () => (process.killed = true)
    }
  }
  return { started, spawn }
}

describe('FeedbackClient', () => {
  it('starts the process with the first question, and hands on answers and refusals', async () => {
    const { started, spawn } = fakeProcesses()
    const client = new FeedbackClient(spawn)
    expect(started).toHaveLength(0)
    const [first, second] = [client.ask('recentReaders', null), client.ask('verify', null)]
    expect(started).toHaveLength(1)
    const [one, two] = started[0].asked
    started[0].answer({ id: two.id, ok: false, code: 'feedback-corrupt', context: { reason: 'page 3' } })
    started[0].answer({ id: one.id, ok: true, answer: ['A'] })
    expect(await first).toEqual(['A'])
    await expect(second).rejects.toMatchObject({ code: 'feedback-corrupt', context: { reason: 'page 3' } })
  })

  it('refuses what a process that ended still owed, asks it never again, and starts a new one', async () => {
    const { started, spawn } = fakeProcesses()
    const client = new FeedbackClient(spawn)
    const owed = client.ask('startSession', { reader: 'A' })
    started[0].end()
    await expect(owed).rejects.toMatchObject({ code: 'feedback-unavailable' })
    const next = client.ask('recentReaders', null)
    expect(started).toHaveLength(2)
    expect(started[1].asked.map(({ name }) => name)).toEqual(['recentReaders'])
    // a late answer of the old one means nothing
    started[0].answer({ id: started[0].asked[0].id, ok: true, answer: 'late' })
    started[1].answer({ id: started[1].asked[0].id, ok: true, answer: [] })
    expect(await next).toEqual([])
  })

  it('ends the process with the app, and takes no more questions', async () => {
    const { started, spawn } = fakeProcesses()
    const client = new FeedbackClient(spawn)
    void client.ask('recentReaders', null)
    client.dispose()
    expect(started[0].killed).toBe(true)
    await expect(client.ask('recentReaders', null)).rejects.toMatchObject({ code: 'feedback-unavailable' })
    expect(started).toHaveLength(1)
  })
})
