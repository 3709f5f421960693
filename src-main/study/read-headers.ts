import { toNidusError } from '../contract/errors'
import type { StudyProblem } from '../contract/study'
import { readFileHeader, type FileHeader } from './read-file-header'
import { readHeaderNow } from './read-header-now'
import { withinTime } from './within-time'

/** Files that are waited for at the same time: enough to keep a disk busy, few enough for file handles. */
const atOnce = 16

/** How long files are read without giving way to other questions. */
const stretchMs = 8

/** Files that take this long lie on a slow disk or behind a network: waiting for several at once is faster then. */
const slowMs = 3

/** A single slow file means no more than that the processor was wanted elsewhere meanwhile. */
const slowInARow = 2

/** Files that are waited for after a slow one, before reading one after another is tried again. */
const slowFiles = 256

/** A file whose header takes longer counts as unreadable: the others must not wait for it. */
const longestMs = 5000

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
}

/**
 * Reads the headers of many files, fast disks one file after another, slow ones several at once.
 * @returns headers in the order of the paths, null where a file could not be read; and why, in no order
 */
export async function readHeaders(
  paths: string[],
  { signal, onProgress, onPause }: ReadOptions
): Promise<{ headers: (FileHeader | null)[]; problems: StudyProblem[] }> {
  const total = paths.length
  const headers = new Array<FileHeader | null>(total).fill(null)
  const problems: StudyProblem[] = []
  let done = 0
  const finish = (index: number, header: FileHeader | null): void => {
    headers[index] = header
    onProgress?.({ done: ++done, total })
  }
  const wait = async (index: number): Promise<void> => {
    const path = paths[index] as string
    const header = withinTime(readFileHeader(path), longestMs)
    finish(index, await header.catch((error: unknown) => noteProblem(problems, path, error)))
  }
  let slow = 0
  for (let next = 0; next < total;) {
    if (signal?.aborted) throw signal.reason
    const left: number[] = []
    const started = performance.now()
    for (let before = started; next < total && before - started < stretchMs && slow < slowInARow;) {
      const header = readHeaderNow(paths[next] as string)
      const after = performance.now()
      slow = after - before > slowMs ? slow + 1 : 0
      before = after
      if (header) finish(next, header)
      else left.push(next)
      next++
    }
    if (slow >= slowInARow) {
      for (let more = 0; more < slowFiles && next < total; more++) left.push(next++)
      slow = 0
    }
    if (left.length > 0) await forEachAtOnce(left, signal, wait)
    else await new Promise(setImmediate)
    await onPause?.(headers, next)
  }
  return { headers, problems }
}

/** A problem in the words that the window shows. */
export function problemOf(path: string, thrown: unknown): StudyProblem {
  const { code, context } = toNidusError(thrown)
  // reports and plans lie beside the images of every disc
  const note = code === 'dicom-no-pixel-data' && context.isKnown === true
  return { code, path, message: String(context.reason ?? code), ...(note ? { note } : {}) }
}

function noteProblem(problems: StudyProblem[], path: string, thrown: unknown): null {
  problems.push(problemOf(path, thrown))
  return null
}

async function forEachAtOnce(
  items: number[],
  signal: AbortSignal | undefined,
  work: (item: number) => Promise<void>
): Promise<void> {
  let next = 0
  const worker = async (): Promise<void> => {
    while (next < items.length) {
      if (signal?.aborted) throw signal.reason
      await work(items[next++] as number)
    }
  }
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, worker))
}
