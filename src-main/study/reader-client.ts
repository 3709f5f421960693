import { NidusError } from '../contract/errors'
import type { OpeningProgress } from '../contract/opening-channels'
import type { OpenedStudies, Slice, Study } from '../contract/study'
import type {
  FromReader,
  OpeningReport,
  ReaderAnswers,
  ReaderProcess,
  ReaderQuestion,
  SpawnReader
} from './reader-protocol'

/** How an opening is watched and ended. */
export interface AskOptions {
  onProgress?(progress: OpeningProgress): void
  /** what there is so far of the studies; all slices are there */
  onGrown?(studies: Study[]): void
  /** ends an opening; its answer then says that it was cancelled */
  signal?: AbortSignal
}

interface Pending {
  question: ReaderQuestion
  options: AskOptions
  /** slices that came ahead of the lists that leave them out, by series */
  slices: Map<string, Slice[]>
  attempts: number
  resolve(answer: never): void
  reject(error: NidusError): void
}

/** Times that a question is put to a reader before the file behind it counts as what stops readers. */
const mostAttempts = 2

/** A reader that owes an answer and says nothing for this long waits for a disk that is gone, or will never end. */
const longestSilenceMs = 60_000

/**
 * Main's hold on the reader process, which parses and decodes files so that neither a big study nor a broken
 * file can hold up or take down the app. A reader that ends is replaced, and what it owed is asked once more.
 */
export class ReaderClient {
  private reader: ReaderProcess | null = null
  private lastId = 0
  private disposed = false
  private readonly pending = new Map<number, Pending>()
  private silence: NodeJS.Timeout | undefined

  constructor(private readonly spawn: SpawnReader) {}

  /**
   * Asks the reader; several questions may be under way.
   * @throws what the reader throws; file-unreadable or internal where it ended twice over the question
   */
  ask<Q extends ReaderQuestion>(question: Q, options: AskOptions = {}): Promise<ReaderAnswers[Q['kind']]> {
    return new Promise((resolve, reject) => {
      options.signal?.addEventListener('abort', () => this.cancel(options))
      this.put({ question, options, slices: new Map(), attempts: 0, resolve, reject })
    })
  }

  private cancel(options: AskOptions): void {
    for (const [id, pending] of this.pending) {
      if (pending.options === options) this.reader?.post({ id, cancel: true })
    }
  }

  /** Ends the reader process; questions under way are never answered. */
  dispose(): void {
    this.disposed = true
    this.pending.clear()
    clearTimeout(this.silence)
    this.reader?.kill()
  }

  /** Starts waiting for the reader's next word. */
  private listen(): void {
    clearTimeout(this.silence)
    const { reader } = this
    if (!reader || this.pending.size === 0) return
    this.silence = setTimeout(() => {
      reader.kill()
      // a process that waits for a drive does not end before the drive answers
      this.lose(reader)
    }, longestSilenceMs)
  }

  private put(pending: Pending): void {
    if (this.disposed) return
    const id = ++this.lastId
    this.pending.set(id, { ...pending, slices: new Map(), attempts: pending.attempts + 1 })
    this.reader ??= this.start()
    this.reader.post({ id, question: pending.question })
    if (this.pending.size === 1) this.listen()
    if (pending.options.signal?.aborted) this.reader.post({ id, cancel: true })
  }

  private start(): ReaderProcess {
    const reader = this.spawn()
    reader.onMessage((message) => this.receive(message))
    reader.onExit(() => this.lose(reader))
    return reader
  }

  /** Puts what a reader owed to another one. */
  private lose(reader: ReaderProcess): void {
    if (this.reader !== reader) return
    this.reader = null
    const owed = [...this.pending.values()]
    this.pending.clear()
    for (const pending of owed) {
      if (pending.attempts < mostAttempts) this.put(pending)
      else pending.reject(stoppedOver(pending.question))
    }
  }

  private receive(message: FromReader): void {
    const pending = this.pending.get(message.id)
    if (pending && !('report' in message)) this.pending.delete(message.id)
    this.listen()
    if (!pending) return
    if ('report' in message) return take(message.report, pending)
    if (message.ok) pending.resolve(completeAnswer(message.answer, pending) as never)
    else pending.reject(new NidusError(message.code, message.context))
  }
}

function take(report: OpeningReport, { options, slices }: Pending): void {
  switch (report.kind) {
    case 'progress':
      return options.onProgress?.(report.progress)
    case 'grown':
      return options.onGrown?.(complete(report.studies, slices))
    case 'slices': {
      // what came before stays as it is in lists that were handed out
      const held = report.from === 0 ? [] : (slices.get(report.seriesId) ?? [])
      held.push(...report.slices)
      slices.set(report.seriesId, held)
    }
  }
}

/** Puts the slices that came in parts where they belong. */
function complete(studies: Study[], slices: Map<string, Slice[]>): Study[] {
  return studies.map((study) => ({
    ...study,
    series: study.series.map(({ sliceCount, ...series }) =>
      sliceCount === undefined ? series : { ...series, slices: slices.get(series.id) ?? series.slices }
    )
  }))
}

function completeAnswer(
  answer: ReaderAnswers[ReaderQuestion['kind']],
  { question, slices }: Pending
): ReaderAnswers[ReaderQuestion['kind']] {
  if (question.kind !== 'open' || slices.size === 0) return answer
  const opened = answer as OpenedStudies
  return { ...opened, studies: complete(opened.studies, slices) }
}

function stoppedOver(question: ReaderQuestion): NidusError {
  const reason = 'reading it stops the reader, or never ends'
  return question.kind === 'open'
    ? new NidusError('internal', { reason: 'reading these files stops the reader, or never ends' })
    : new NidusError('file-unreadable', { path: question.slice.source.path, reason })
}
