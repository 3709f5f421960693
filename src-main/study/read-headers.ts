import { dirname } from 'node:path'
import { NidusError, toNidusError } from '../contract/errors'
import type { StudyProblem } from '../contract/study'
import { headerOfBeginning } from './header-of-beginning'
import { countStuck, isSilence } from './patience'
import { ReadAhead } from './read-ahead'
import { readFileHeader, type FileHeader } from './read-file-header'
import type { Workbench } from './reader-work'
import { WaitingLine } from './waiting-line'

/** Files that are waited for at the same time: enough to keep a disk busy, few enough for file handles. */
const atOnce = 16

/** How long files are read without giving way to other questions. */
const stretchMs = 8

/** Files that take this long lie on a slow disk or behind a network: waiting for several at once is faster then. */
const slowMs = 3

/** A single slow file means no more than that the processor was wanted elsewhere meanwhile. */
const slowInARow = 2

/** One that takes this long is waited for beside the others. */
const lateMs = 20

/** Files that are waited for after a slow one, before reading one after another is tried again. */
const slowFiles = 256

/** Files that have not come by then are left behind, to be waited for while others are read. */
const stragglersMs = 100

/** Fewer files than this are read before a thread that reads ahead has started. */
const worthThread = 64

/** Files of a folder that may wait in vain, one after another, before the disk under the folder counts as gone. */
const mostSilent = atOnce

/** Calls that may wait in vain in this process, whose threads are not endless. */
const mostStuck = 32

/** How reading can be watched and stopped. */
export interface ReadOptions {
  /** stops between files; the promise then rejects with the signal's reason */
  signal?: AbortSignal
  /** files looked at so far, of all that were found */
  onProgress?(progress: { done: number; total: number }): void
  /**
   * called now and then, and at the end, with what there is: the first `settled` headers are as they will stay. Reading
   * goes on afterwards.
   */
  onPause?(headers: (FileHeader | null)[], settled: number): Promise<void>
  /** where headers that take a longer look are made out */
  bench?: Workbench
}

/**
 * Reads the headers of many files, fast disks one file after another, slow ones several at once. A file whose disk gives
 * no answer keeps none of the others waiting.
 * @returns headers in the order of the paths, null where a file could not be read; and why, in no order
 */
export async function readHeaders(
  paths: string[],
  { signal, onProgress, onPause, bench }: ReadOptions
): Promise<{ headers: (FileHeader | null)[]; problems: StudyProblem[] }> {
  const total = paths.length
  const headers = new Array<FileHeader | null>(total).fill(null)
  const problems: StudyProblem[] = []
  const line = new WaitingLine(atOnce)
  const silent = new Map<string, number>()
  let done = 0
  const finish = (index: number, header: FileHeader | null): void => {
    headers[index] = header
    onProgress?.({ done: ++done, total })
  }
  const wait = async (index: number): Promise<void> => {
    const path = paths[index] as string
    const folder = dirname(path)
    try {
      refuseWhereSilent(silent.get(folder) ?? 0)
      finish(index, await readFileHeader(path, bench))
      silent.delete(folder)
    } catch (error) {
      if (isSilence(error)) silent.set(folder, (silent.get(folder) ?? 0) + 1)
      problems.push(problemOf(path, error))
      finish(index, null)
    }
  }
  const ahead = total < worthThread ? null : ReadAhead.borrow()
  try {
    for (let next = 0, waits = 0; next < total;) {
      if (signal?.aborted) throw signal.reason
      const left: number[] = []
      if (waits === 0 && ahead?.goOn(paths, next)) {
        const read = readStretch(ahead, paths, next, (index, header) => {
          if (header) finish(index, header)
          else left.push(index)
        })
        next = read.next
        if (read.slow) waits = slowFiles
      } else {
        for (let more = 0; more < Math.max(waits, worthThread) && next < total; more++) left.push(next++)
        waits = 0
      }
      for (const index of left) {
        if (signal?.aborted) throw signal.reason
        await line.enter(index, () => wait(index))
      }
      if (left.length > 0) await line.empty(stragglersMs)
      else await new Promise(setImmediate)
      if (next < total) await onPause?.(headers, Math.min(next, line.first))
    }
  } finally {
    ahead?.giveBack()
  }
  await line.empty()
  await onPause?.(headers, total)
  return { headers, problems }
}

/**
 * Reads files for a short while.
 * @param take receives what there is of each, null where it takes a longer look
 * @returns the first file that was not taken, and whether they come slowly
 */
function readStretch(
  ahead: ReadAhead,
  paths: string[],
  from: number,
  take: (index: number, header: FileHeader | null) => void
): { next: number; slow: boolean } {
  let next = from
  let slow = 0
  const started = performance.now()
  for (let before = started; next < paths.length && before - started < stretchMs && slow < slowInARow;) {
    const beginning = ahead.take(lateMs)
    const after = performance.now()
    slow = after - before > slowMs ? slow + 1 : 0
    before = after
    if (beginning === 'late') {
      slow = slowInARow
      break
    }
    const header = beginning && headerOfBeginning(paths[next] as string, beginning)
    if (!header && beginning && !beginning.isWhole) ahead.wantMore(beginning.bytes.length)
    take(next++, header)
  }
  const isSlow = slow >= slowInARow
  if (isSlow) ahead.stop()
  return { next, slow: isSlow }
}

/** @throws NidusError `file-unreadable` where waiting for one more file would be in vain, and would hold up the others */
function refuseWhereSilent(silentInFolder: number): void {
  if (silentInFolder < mostSilent && countStuck() < mostStuck) return
  const reason = 'it was not tried, as the disk gave no answer to many files before it'
  throw new NidusError('file-unreadable', { reason })
}

/** A problem in the words that the window shows. */
export function problemOf(path: string, thrown: unknown): StudyProblem {
  const { code, context } = toNidusError(thrown)
  // programs, documents, reports and plans lie beside the images of every disc
  const note = context.besideImages === true
  return { code, path, message: String(context.reason ?? code), ...(note ? { note } : {}) }
}
