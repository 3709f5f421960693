import { NidusError } from '../contract/errors'

/**
 * Longest that a disk is waited for while nothing comes from it. What has to be done besides fits into what is left of
 * five seconds.
 */
export const patienceMs = 4_000

/** A timer that is later than this was kept back by work of this process, for which no disk is to blame. */
const lateMs = 200

/** What came meanwhile has this long to be noticed. */
const graceMs = 500

/** Calls that were given up and have not come back: each holds a thread of the system's pool. */
let stuck = 0

/** Calls of this process that wait for disks that nobody waits for any more. */
export function countStuck(): number {
  return stuck
}

/**
 * Waits for one file (or folder) as long as its disk shows that it is there: a network drive that is gone answers
 * nothing for minutes, one that is slow gives a little now and then.
 */
export class Patience {
  private waitedMs = 0
  private renewedAt = -Infinity

  /** @param limitMs without a byte, over all the calls since the last one that came */
  constructor(private readonly limitMs = patienceMs) {}

  /** To be called when bytes have come. */
  renew(): void {
    this.waitedMs = 0
    this.renewedAt = performance.now()
  }

  /**
   * The outcome of a call to the file system.
   * @throws NidusError `file-unreadable` with `silentMs` in its context where patience ends first, and what the call throws
   */
  async within<T>(call: Promise<T>): Promise<T> {
    const started = performance.now()
    let timer: NodeJS.Timeout | undefined
    const silence = new Promise<never>((_, reject) => {
      const arm = (ms: number): void => {
        const due = performance.now() + ms
        timer = setTimeout(() => {
          const now = performance.now()
          const left = Math.max(started - this.waitedMs, this.renewedAt) + this.limitMs - now
          if (now - due > lateMs) arm(graceMs)
          else if (left > 0) arm(left)
          else reject(this.silence())
        }, ms)
      }
      arm(Math.max(0, this.limitMs - this.waitedMs))
    })
    try {
      return await Promise.race([call, silence])
    } catch (error) {
      if (isSilence(error)) followStuck(call)
      throw error
    } finally {
      clearTimeout(timer)
      const tookMs = performance.now() - Math.max(started, this.renewedAt)
      // what took longer was here before anybody looked, or has been given up: what comes next is waited for anew
      this.waitedMs = tookMs < this.limitMs ? this.waitedMs + tookMs : 0
    }
  }

  private silence(): NidusError {
    const reason = `its disk gave no answer for ${this.limitMs / 1000} seconds`
    return new NidusError('file-unreadable', { reason, silentMs: this.limitMs })
  }
}

/** True for what {@link Patience} throws of its own. */
export function isSilence(error: unknown): boolean {
  return error instanceof NidusError && error.context.silentMs !== undefined
}

function followStuck(call: Promise<unknown>): void {
  stuck++
  const back = (): void => void stuck--
  call.then(back, back)
}
