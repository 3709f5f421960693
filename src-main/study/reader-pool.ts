import { ReaderClient, type AskOptions } from './reader-client'
import type { ReaderAnswers, ReaderQuestion, SpawnReader } from './reader-protocol'

/** More readers than this wait for the disk and hold memory for nothing. */
const mostReaders = 4

/**
 * How many reader processes suit a machine: two at least, so that a slice need not wait for a folder that is being
 * opened; half the cores otherwise, as the engine wants its share.
 */
export function countReaders(cores: number): number {
  return Math.max(2, Math.min(mostReaders, Math.floor(cores / 2)))
}

/**
 * Several reader processes behind one `ask`: slices are decoded side by side, and one that is looked at does not
 * wait behind those that are loaded ahead of it. A process starts when there is work that the others are too busy for.
 */
export class ReaderPool {
  private readonly readers: { client: ReaderClient; busyWith: number }[]
  private disposed = false

  constructor(spawn: SpawnReader, size: number) {
    this.readers = Array.from({ length: Math.max(1, size) }, () => ({
      client: new ReaderClient(spawn),
      busyWith: 0
    }))
  }

  /** As {@link ReaderClient.ask}, of the reader that is least busy. */
  async ask<Q extends ReaderQuestion>(
    question: Q,
    options: AskOptions = {}
  ): Promise<ReaderAnswers[Q['kind']]> {
    const reader = this.choose(question)
    reader.busyWith++
    try {
      return await reader.client.ask(question, options)
    } finally {
      reader.busyWith--
    }
  }

  dispose(): void {
    if (this.disposed) return
    this.disposed = true
    for (const { client } of this.readers) client.dispose()
  }

  /** Where several are as idle, a slice goes where it went before: that reader may hold it still. */
  private choose(question: ReaderQuestion): ReaderPool['readers'][number] {
    const usual = 'slice' in question ? question.slice.index % this.readers.length : 0
    const inOrder = [...this.readers.slice(usual), ...this.readers.slice(0, usual)]
    return inOrder.reduce((best, reader) => (reader.busyWith < best.busyWith ? reader : best))
  }
}
