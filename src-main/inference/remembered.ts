import { readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { z } from 'zod'
import { makeFolder } from '../platform/make-folder'

/** Answers kept on disk, by key. */
export interface Remembered<T> {
  get(key: string): Promise<T | undefined>
  set(key: string, value: T): Promise<void>
}

/** Answers that are kept; the oldest go first. */
const mostAnswers = 100

/**
 * Keeps measured answers in a small JSON file, the newest last. What is damaged or of another make counts as
 * unknown; a file that cannot be written costs finding out again, nothing else.
 */
export function rememberAnswers<T>(path: string, schema: z.ZodType<T>): Remembered<T> {
  const entries = z.array(z.tuple([z.string(), schema]))
  const read = async (): Promise<[string, T][]> => {
    try {
      return entries.parse(JSON.parse(await readFile(path, 'utf8'))) as [string, T][]
    } catch {
      return []
    }
  }
  return {
    get: async (key) => (await read()).find(([known]) => known === key)?.[1],
    set: async (key, value) => {
      const others = (await read()).filter(([known]) => known !== key)
      const kept = [...others, [key, value]].slice(-mostAnswers)
      const partial = `${path}.${process.pid}.part`
      try {
        await makeFolder(dirname(path))
        await writeFile(partial, JSON.stringify(kept, null, 1))
        await rename(partial, path)
      } catch {
        await rm(partial, { force: true }).catch(() => undefined)
      }
    }
  }
}
