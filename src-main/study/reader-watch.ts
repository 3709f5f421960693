import type { FromReader } from './reader-protocol'
import type { Work } from './reader-work'

/** A process that owes an answer gives a sign a few times a second, unless it computes or hangs. */
const longestSilenceMs = 4_000

/** A process that was just started has more to do before it says its first word. */
const longestStartMs = 30_000

/** Why a reader is to be ended. */
export interface Verdict {
  /** the file whose work has no end; null where nobody knows */
  path: string | null
}

/** Watches over one reader process by what it says. Times are in milliseconds of one clock that never goes back. */
export class ReaderWatch {
  private readonly works = new Map<number, Work & { since: number }>()
  private heardAt: number
  private hasSpoken = false

  constructor(now: number) {
    this.heardAt = now
  }

  /** Begins to wait for the process, which had nothing to do before. */
  wait(now: number): void {
    this.heardAt = now
  }

  hear(message: FromReader, now: number): void {
    this.heardAt = now
    this.hasSpoken = true
    if (!('sign' in message) || message.sign !== 'work') return
    if (message.work) this.works.set(message.number, { ...message.work, since: now })
    else this.works.delete(message.number)
  }

  /** Time during which nothing could be heard is nobody's fault. */
  forgive(ms: number): void {
    this.heardAt += ms
    for (const work of this.works.values()) work.since += ms
  }

  /** The file that was worked on last, if it still is. */
  get lastPath(): string | null {
    return [...this.works.values()].pop()?.path ?? null
  }

  /** @returns null as long as the process may go on */
  judge(now: number): Verdict | null {
    const works = [...this.works.values()]
    const isOver = (work: Work & { since: number }): boolean => now - work.since > work.limitMs
    const silenceMs = now - this.heardAt
    if (silenceMs <= (this.hasSpoken ? longestSilenceMs : longestStartMs) && works.length === 0) return null
    // a process that computes says nothing: what it began last is what it computes
    const isBlocked = silenceMs > longestSilenceMs / 3
    const suspect = isBlocked ? works[works.length - 1] : works.find(isOver)
    if (suspect) return isOver(suspect) ? { path: suspect.path } : null
    return works.length === 0 ? { path: null } : null
  }
}
