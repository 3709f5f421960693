import { fork, type ChildProcess } from 'node:child_process'
import { cpus } from 'node:os'
import { join } from 'node:path'
import { countReaders } from '../../src-main/study/reader-pool'
import type { DecodeQuestion } from './decode-child'
import { timeOf } from './measure-time'

/** As many readers as the app would start, each a process. */
export interface SideBySide {
  readers: number
  /** milliseconds a frame where the frames of a file, or copies of its only one, are decoded by all readers at once */
  msPerFrame(path: string, frames: number): Promise<number>
  stop(): void
}

/** Starts the readers, beside this file in the bundle. */
export function startSideBySide(): SideBySide {
  const readers = countReaders(cpus().length)
  const children = Array.from({ length: readers }, () => fork(join(__dirname, 'decode-child.js'), []))
  return {
    readers,
    async msPerFrame(path, frames) {
      let decoded = 0
      const ms = await timeOf(async () => {
        // a series of single frames: every reader has slices of its own
        const counts = await Promise.all(
          children.map((child, reader) =>
            ask(
              child,
              frames >= readers
                ? { path, first: reader, step: readers, times: 1 }
                : { path, first: 0, step: 1, times: 2 }
            )
          )
        )
        decoded = counts.reduce((total, count) => total + count, 0)
      })
      return ms / decoded
    },
    stop: () => children.forEach((child) => child.kill())
  }
}

function ask(child: ChildProcess, question: DecodeQuestion): Promise<number> {
  return new Promise((answer, fail) => {
    child.once('error', fail)
    child.once('message', ({ frames }: { frames: number }) => {
      child.off('error', fail)
      answer(frames)
    })
    child.send(question)
  })
}
