import { NidusError } from '../contract/errors'

/** What a reader process is about to compute, told to whoever watches over it. */
export interface Work {
  path: string
  /** after which it counts as work without end */
  limitMs: number
}

/** As much as anything of usual size may take, the wait for its outcome and the notice of its end included. */
const usualMs = 4_000

const usualSamples = 1 << 22
const usualBytes = 1 << 24

/** The slowest decoder on a slow machine gives more samples than this in a millisecond. */
const samplesPerMs = 1_000
const bytesPerMs = 10_000

/**
 * How long work on an image may take: four seconds, and more for what is larger than 4 million samples or 16 MiB.
 * @param samples of the frame, where one is decoded
 */
export function limitOfWork(bytes: number, samples = 0): number {
  const forSamples = Math.max(0, samples - usualSamples) / samplesPerMs
  return usualMs + forSamples + Math.max(0, bytes - usualBytes) / bytesPerMs
}

/** Of all benches of this process. */
let lastNumber = 0
let lastDecoding: Promise<unknown> = Promise.resolve()

/** Does work on files in a process that another one watches. */
export class Workbench {
  /**
   * @param announce told of the beginning and, with null, of the end of each piece of work
   * @param refused files whose work ended a process before this one
   */
  constructor(
    private readonly announce: (number: number, work: Work | null) => void = () => undefined,
    private readonly refused: ReadonlySet<string> = new Set()
  ) {}

  /**
   * Does a piece of work, whatever else is done meanwhile.
   * @throws NidusError `file-unreadable` for a refused file, and what the work throws
   */
  async do<T>(work: Work, task: () => T | Promise<T>): Promise<T> {
    if (this.refused.has(work.path)) {
      throw new NidusError('file-unreadable', { reason: endlessReason })
    }
    const number = ++lastNumber
    this.announce(number, work)
    try {
      return await task()
    } finally {
      this.announce(number, null)
    }
  }

  /** As {@link do}, one piece after another, so that it is known which one blocks the process. */
  decode<T>(work: Work, task: () => T | Promise<T>): Promise<T> {
    const turn = lastDecoding.then(() => this.do(work, task))
    lastDecoding = turn.catch(() => undefined)
    return turn
  }
}

/** Where work is done in processes that nobody watches. */
export const unwatched = new Workbench()

/** Why files are refused. */
export const endlessReason = 'reading it stops the reader, or takes longer than it may'
