import { NidusError } from '../contract/errors'
import type {
  AnswerTo,
  FeedbackProcess,
  FromFeedback,
  QuestionName,
  QuestionOf,
  SpawnFeedback
} from '../feedback/service/feedback-protocol'

interface Pending {
  resolve(answer: never): void
  reject(error: NidusError): void
}

/**
 * Main's hold on the process that keeps the store of verdicts. It is started by the first question. When it ends, what
 * it owed is refused and not asked again, since a verdict may have been stored before its answer was sent; the next
 * question starts a new one, which finds everything that was committed.
 */
export class FeedbackClient {
  private process: FeedbackProcess | null = null
  private lastId = 0
  private disposed = false
  private readonly pending = new Map<number, Pending>()

  constructor(private readonly spawn: SpawnFeedback) {}

  /** @throws what the question throws; feedback-unavailable where the process ended over it */
  ask<N extends QuestionName>(name: N, argument: QuestionOf<N>): Promise<AnswerTo<N>> {
    return new Promise((resolve, reject) => {
      if (this.disposed) return reject(new NidusError('feedback-unavailable', { reason: 'Nidus is closing' }))
      const id = ++this.lastId
      this.pending.set(id, { resolve, reject })
      this.process ??= this.start()
      this.process.post({ id, name, argument })
    })
  }

  /** Ends the process. Every answered write is on the disk; questions under way are never answered. */
  dispose(): void {
    this.disposed = true
    this.pending.clear()
    this.process?.kill()
  }

  private start(): FeedbackProcess {
    const process = this.spawn()
    process.onMessage((message) => this.receive(message))
    process.onExit(() => {
      if (this.process !== process) return
      this.process = null
      const owed = [...this.pending.values()]
      this.pending.clear()
      const reason = 'the process that keeps the verdicts has ended; it is started again when it is needed'
      for (const { reject } of owed) reject(new NidusError('feedback-unavailable', { reason }))
    })
    return process
  }

  private receive(message: FromFeedback): void {
    const pending = this.pending.get(message.id)
    if (!pending) return
    this.pending.delete(message.id)
    if (message.ok) pending.resolve(message.answer as never)
    else pending.reject(new NidusError(message.code, message.context))
  }
}
