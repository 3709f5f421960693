import { NidusError } from '../contract/errors'

/**
 * The outcome of work that waits for a disk, unless it lets itself be waited for too long: a network drive that is gone
 * answers nothing for minutes.
 * @throws NidusError `file-unreadable` after that time, and what the work throws
 */
export async function withinTime<T>(work: Promise<T>, limitMs: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const tooLong = new Promise<never>((_, reject) => {
    const reason = `its disk gave no answer within ${Math.round(limitMs / 1000)} seconds`
    timer = setTimeout(() => reject(new NidusError('file-unreadable', { reason })), limitMs)
  })
  try {
    return await Promise.race([work, tooLong])
  } finally {
    clearTimeout(timer)
  }
}
