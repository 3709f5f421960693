import type * as FileSystem from 'node:fs'
import type * as Threads from 'node:worker_threads'

/** Bytes that a file's beginning has in the shared memory: enough for the headers of most single images. */
export const slotBytes = 16 * 1024

/** Files on the way at the same time: twice what is asked for at once, so that the thread need not wait for more. */
export const slotCount = 128

/** Words of the shared state before those of the slots. */
export const sharedWord = {
  /** 1 once the thread listens */
  ready: 0,
  /** files that the thread is through with since it was started */
  done: 1,
  /** 1 while nothing that was asked for is wanted any more: the thread passes over it */
  stopped: 2,
  /** 1 while somebody sleeps until `done` changes */
  sleeper: 3,
  /** of each slot: bytes that were read, or -1 where that failed */
  slots: 4
} as const

/** Memory that a thread shares with the one that asks it. */
export interface SharedBeginnings {
  words: Int32Array<SharedArrayBuffer>
  /** of each slot: the file's size */
  sizes: Float64Array<SharedArrayBuffer>
  bytes: Uint8Array<SharedArrayBuffer>
}

/** Files to read, into the slots from the number of the first one on, modulo their count. */
export interface AskedFiles {
  first: number
  paths: string[]
  wanted: number
}

/**
 * What the thread runs, given its modules, as it is handed over as text: reads one file after another, each with calls
 * that keep nobody else waiting. It refers to nothing outside itself.
 */
export function serveBeginnings(
  { parentPort, workerData }: typeof Threads,
  { openSync, readSync, fstatSync, closeSync }: typeof FileSystem
): void {
  const { shared, flags, slotBytes, slotCount, word } = workerData as {
    shared: SharedBeginnings
    flags: number
    slotBytes: number
    slotCount: number
    word: typeof sharedWord
  }
  const { words, sizes, bytes } = shared
  const read = (path: string, slot: number, wanted: number): number => {
    let file: number | null = null
    try {
      file = openSync(path, flags)
      const filled = readSync(file, bytes, slot * slotBytes, wanted, 0)
      sizes[slot] = filled < wanted ? filled : fstatSync(file).size
      return filled
    } catch {
      return -1
    } finally {
      if (file !== null) closeSync(file)
    }
  }
  parentPort?.on('message', ({ first, paths, wanted }: AskedFiles) => {
    for (let at = 0; at < paths.length; at++) {
      const slot = (first + at) % slotCount
      const isWanted = Atomics.load(words, word.stopped) === 0
      words[word.slots + slot] = isWanted ? read(paths[at] as string, slot, wanted) : -1
      Atomics.store(words, word.done, first + at + 1)
      if (Atomics.load(words, word.sleeper) === 1) Atomics.notify(words, word.done)
    }
  })
  Atomics.store(words, word.ready, 1)
}
