import { NidusError } from '../contract/errors'
import type { FromReader, ReaderAnswers, ReaderProcess, ReaderQuestion, SpawnReader } from './reader-protocol'

interface Pending {
  question: ReaderQuestion
  attempts: number
  resolve(answer: never): void
  reject(error: NidusError): void
}

/** Times that a question is put to a reader before the file behind it counts as what stops readers. */
const mostAttempts = 2

/**
 * Main's hold on the reader process, which parses and decodes files so that neither a big study nor a broken
 * file can hold up or take down the app. A reader that ends is replaced, and what it owed is asked once more.
 */
export class ReaderClient {
  private reader: ReaderProcess | null = null
  private lastId = 0
  private disposed = false
  private readonly pending = new Map<number, Pending>()

  constructor(private readonly spawn: SpawnReader) {}

  /**
   * Asks the reader; several questions may be under way.
   * @throws what the reader throws; file-unreadable or internal where it ended twice over the question
   */
  ask<Q extends ReaderQuestion>(question: Q): Promise<ReaderAnswers[Q['kind']]> {
    return new Promise((resolve, reject) => {
      this.put({ question, attempts: 0, resolve, reject })
    })
  }

  /** Ends the reader process; questions under way are never answered. */
  dispose(): void {
    this.disposed = true
    this.pending.clear()
    this.reader?.kill()
  }

  private put(pending: Pending): void {
    if (this.disposed) return
    const id = ++this.lastId
    this.pending.set(id, { ...pending, attempts: pending.attempts + 1 })
    this.reader ??= this.start()
    this.reader.post({ id, question: pending.question })
  }

  private start(): ReaderProcess {
    const reader = this.spawn()
    reader.onMessage((message) => this.receive(message))
    reader.onExit(() => {
      if (this.reader !== reader) return
      this.reader = null
      const owed = [...this.pending.values()]
      this.pending.clear()
      for (const pending of owed) {
        if (pending.attempts < mostAttempts) this.put(pending)
        else pending.reject(stoppedOver(pending.question))
      }
    })
    return reader
  }

  private receive(message: FromReader): void {
    const pending = this.pending.get(message.id)
    if (!pending) return
    this.pending.delete(message.id)
    if (message.ok) pending.resolve(message.answer as never)
    else pending.reject(new NidusError(message.code, message.context))
  }
}

function stoppedOver(question: ReaderQuestion): NidusError {
  const reason = 'reading it stops the reader'
  return question.kind === 'open'
    ? new NidusError('internal', { reason: 'reading these files stops the reader' })
    : new NidusError('file-unreadable', { path: question.slice.source.path, reason })
}
