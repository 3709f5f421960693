import * as Threads from 'node:worker_threads'
import { openFlags } from './open-flags'
import {
  serveBeginnings,
  sharedWord,
  slotBytes,
  slotCount,
  type AskedFiles,
  type SharedBeginnings
} from './read-ahead-thread'

/** The beginning of a file. */
export interface Beginning {
  /** written over by the next one that is taken */
  bytes: Uint8Array
  isWhole: boolean
  sizeBytes: number
}

/** Files that are asked for in one go. */
const atOnce = slotCount / 2

/** How much is read first: enough for the headers met so far, as copying more than a header costs as much as its text. */
let likelyBytes = 4 * 1024

/** Those that nobody uses. */
const idle: ReadAhead[] = []
let running = 0

/** Each waits for a disk of its own then: more would not come back either. */
const mostThreads = 4

/**
 * Reads the beginnings of files ahead, in a thread with calls that wait: several times as fast as waiting for the
 * system's answers to each where these come at once, and a disk that gives no answer keeps nobody but that thread.
 */
export class ReadAhead {
  private readonly shared: SharedBeginnings = {
    words: new Int32Array(new SharedArrayBuffer(4 * (sharedWord.slots + slotCount))),
    sizes: new Float64Array(new SharedArrayBuffer(8 * slotCount)),
    bytes: new Uint8Array(new SharedArrayBuffer(slotBytes * slotCount))
  }
  private readonly scratch = new Uint8Array(slotBytes)
  private readonly thread: Threads.Worker
  private paths: readonly string[] = []
  private nextAsked = 0
  private nextTaken = 0
  /** numbers of files since the thread was started: asked for, and taken */
  private asked = 0
  private taken = 0
  /** how much was asked for of each file that is not taken yet */
  private readonly wanted: number[] = new Array<number>(slotCount).fill(0)

  /** One that nobody uses, or a new one; null where all wait for disks. It is to be given back. */
  static borrow(): ReadAhead | null {
    const at = idle.findIndex((one) => one.isThrough())
    if (at >= 0) return idle.splice(at, 1)[0] as ReadAhead
    if (running >= mostThreads) return null
    running++
    return new ReadAhead()
  }

  private constructor() {
    const code = `(${String(serveBeginnings)})(require('node:worker_threads'), require('node:fs'))`
    const workerData = { shared: this.shared, flags: openFlags, slotBytes, slotCount, word: sharedWord }
    this.thread = new Threads.Worker(code, { eval: true, workerData })
    this.thread.unref()
    // such a one is never ready: files are waited for one by one then
    this.thread.on('error', () => undefined)
  }

  giveBack(): void {
    this.stop()
    idle.push(this)
  }

  /**
   * Has files read, from the one with that index on, or goes on with them.
   * @returns false where the thread is not there: just started, or still busy with what is not wanted any more
   */
  goOn(paths: readonly string[], from: number): boolean {
    if (this.paths === paths && this.nextTaken === from) return true
    if (Atomics.load(this.shared.words, sharedWord.ready) === 0 || !this.isThrough()) return false
    Atomics.store(this.shared.words, sharedWord.stopped, 0)
    this.paths = paths
    this.nextAsked = this.nextTaken = from
    this.taken = this.asked
    this.ask()
    this.ask()
    return true
  }

  /** The files that were not taken are not wanted any more. */
  stop(): void {
    Atomics.store(this.shared.words, sharedWord.stopped, 1)
    this.paths = []
  }

  /**
   * The beginning of the next file; this process sleeps until it is there.
   * @returns null where it could not be read, 'late' where that takes longer than `mostMs`
   */
  take(mostMs: number): Beginning | null | 'late' {
    const { words, sizes, bytes } = this.shared
    if (!this.waitFor(this.taken, mostMs)) return 'late'
    const slot = this.taken++ % slotCount
    this.nextTaken++
    const filled = words[sharedWord.slots + slot] as number
    const sizeBytes = sizes[slot] as number
    const isWhole = filled < (this.wanted[slot] as number)
    if (filled > 0) this.scratch.set(bytes.subarray(slot * slotBytes, slot * slotBytes + filled))
    // the slot may be filled anew from here on
    if (this.asked - this.taken <= atOnce) this.ask()
    return filled < 0 ? null : { bytes: this.scratch.subarray(0, filled), isWhole, sizeBytes }
  }

  /** To be told where a beginning was too short: those asked for from now on will be longer. */
  wantMore(than: number): void {
    likelyBytes = Math.max(likelyBytes, Math.min(2 * than, slotBytes))
  }

  private isThrough(): boolean {
    return Atomics.load(this.shared.words, sharedWord.done) === this.asked
  }

  private ask(): void {
    const paths = this.paths.slice(this.nextAsked, this.nextAsked + atOnce)
    if (paths.length === 0) return
    for (let at = 0; at < paths.length; at++) this.wanted[(this.asked + at) % slotCount] = likelyBytes
    const request: AskedFiles = { first: this.asked, paths, wanted: likelyBytes }
    this.thread.postMessage(request)
    this.asked += paths.length
    this.nextAsked += paths.length
  }

  private waitFor(number: number, mostMs: number): boolean {
    const { words } = this.shared
    if (Atomics.load(words, sharedWord.done) > number) return true
    const deadline = performance.now() + mostMs
    Atomics.store(words, sharedWord.sleeper, 1)
    try {
      for (;;) {
        const done = Atomics.load(words, sharedWord.done)
        if (done > number) return true
        const left = deadline - performance.now()
        if (left <= 0) return false
        Atomics.wait(words, sharedWord.done, done, left)
      }
    } finally {
      Atomics.store(words, sharedWord.sleeper, 0)
    }
  }
}
