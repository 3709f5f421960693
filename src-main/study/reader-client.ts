import { NidusError } from '../contract/errors'
import type { OpeningProgress } from '../contract/opening-channels'
import type { OpenedStudies, Slice, Study } from '../contract/study'
import {
  pathOf,
  type FromReader,
  type OpeningReport,
  type ReaderAnswers,
  type ReaderProcess,
  type ReaderQuestion,
  type ReaderSign,
  type SpawnReader
} from './reader-protocol'
import { ReaderWatch } from './reader-watch'
import { endlessReason } from './reader-work'

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
  /** how often it was put since a file was refused for its sake */
  attempts: number
  /** files that are passed over as they ended a reader */
  refused: string[]
  resolve(answer: never): void
  reject(error: NidusError): void
}

/** Times that a question is put to a reader before the file behind it counts as what stops readers. */
const mostAttempts = 2

/** A folder with more files that end readers is not worth the wait for them all. */
const mostRefused = 8

/** Between two looks at the reader, while it owes an answer. */
const lookMs = 250

/** A look that comes later than it should by this: the machine slept, or this process had no time to listen. */
const lateMs = 1_000

/**
 * Main's hold on the reader process, which parses and decodes files so that neither a big study nor a broken
 * file can hold up or take down the app. A reader that ends is replaced, and what it owed is asked once more.
 */
export class ReaderClient {
  private reader: ReaderProcess | null = null
  private lastId = 0
  private disposed = false
  private readonly pending = new Map<number, Pending>()
  private watch = new ReaderWatch(0)
  private looks: NodeJS.Timeout | undefined
  private isWorn = false

  constructor(private readonly spawn: SpawnReader) {}

  /**
   * Asks the reader; several questions may be under way.
   * @throws what the reader throws; file-unreadable or internal where it ended twice over the question
   */
  ask<Q extends ReaderQuestion>(question: Q, options: AskOptions = {}): Promise<ReaderAnswers[Q['kind']]> {
    return new Promise((resolve, reject) => {
      options.signal?.addEventListener('abort', () => this.cancel(options))
      this.put({ question, options, slices: new Map(), attempts: 0, refused: [], resolve, reject })
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
    clearInterval(this.looks)
    this.reader?.kill()
  }

  /** Looks after the reader for as long as it owes an answer. */
  private lookAfter(): void {
    clearInterval(this.looks)
    let lastAt = performance.now()
    this.watch.wait(lastAt)
    this.looks = setInterval(() => {
      const now = performance.now()
      const overdueMs = now - lastAt - lookMs
      lastAt = now
      if (overdueMs > lateMs) this.watch.forgive(overdueMs)
      const { reader } = this
      const verdict = this.watch.judge(now)
      if (!reader || !verdict) return
      reader.kill()
      // a process that waits for a drive does not end before the drive answers
      this.lose(reader, verdict.path)
    }, lookMs)
  }

  private put(pending: Pending): void {
    if (this.disposed) return
    const id = ++this.lastId
    const { question, refused } = pending
    this.pending.set(id, { ...pending, slices: new Map(), attempts: pending.attempts + 1 })
    this.reader ??= this.start()
    this.reader.post({ id, question, refused })
    if (this.pending.size === 1) this.lookAfter()
    if (pending.options.signal?.aborted) this.reader.post({ id, cancel: true })
  }

  private start(): ReaderProcess {
    const reader = this.spawn()
    const watch = new ReaderWatch(performance.now())
    this.watch = watch
    this.isWorn = false
    reader.onMessage((message) => {
      watch.hear(message, performance.now())
      this.receive(message, reader)
    })
    reader.onExit(() => this.lose(reader, null))
    return reader
  }

  /**
   * Puts what a reader owed to another one, without the file that it could not be done with.
   * @param endless null where the reader ended by itself, or nobody knows which one it was
   */
  private lose(reader: ReaderProcess, endless: string | null): void {
    if (this.reader !== reader) return
    this.reader = null
    clearInterval(this.looks)
    const suspect = endless ?? this.watch.lastPath
    const owed = [...this.pending.values()]
    this.pending.clear()
    for (const pending of owed) {
      const { question, attempts, refused } = pending
      const isOpening = question.kind === 'open'
      const isTried = attempts >= mostAttempts
      const isGuilty = endless !== null && pathOf(question) === endless
      if (isOpening && suspect !== null && (endless !== null || isTried) && refused.length < mostRefused)
        this.put({ ...pending, attempts: 0, refused: [...refused, suspect] })
      else if (isGuilty || isTried) pending.reject(stoppedOver(question))
      else this.put(endless === null ? pending : { ...pending, attempts: attempts - 1 })
    }
  }

  private receive(message: FromReader, reader: ReaderProcess): void {
    if (this.reader !== reader) return
    if ('sign' in message) {
      if (message.sign === 'worn') this.isWorn = true
    } else this.receiveOf(message)
    if (this.pending.size > 0) return
    clearInterval(this.looks)
    if (!this.isWorn) return
    this.reader = null
    reader.kill()
  }

  private receiveOf(message: Exclude<FromReader, ReaderSign>): void {
    const pending = this.pending.get(message.id)
    if (pending && !('report' in message)) this.pending.delete(message.id)
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
  const path = pathOf(question)
  return path === null
    ? new NidusError('internal', {
        reason: 'reading these files stops the reader, or takes longer than it may'
      })
    : new NidusError('file-unreadable', { path, reason: endlessReason })
}
