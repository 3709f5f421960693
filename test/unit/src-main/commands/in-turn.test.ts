import { expect, it } from 'vitest'
import { createInTurn } from '../../../../src-main/commands/in-turn'

const later = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

it('runs jobs in order, one at a time, and waits for all', async () => {
  const log: string[] = []
  const jobs = createInTurn()
  for (const name of ['a', 'b']) {
    jobs.add(async () => {
      log.push(`${name} begins`)
      await later()
      log.push(`${name} ends`)
    })
  }
  await jobs.finished()
  expect(log).toEqual(['a begins', 'a ends', 'b begins', 'b ends'])
})

it('skips the rest after a failure and rejects with it', async () => {
  const log: string[] = []
  const jobs = createInTurn()
  jobs.add(() => Promise.reject(new Error('disk full')))
  jobs.add(async () => void log.push('second'))
  await expect(jobs.finished()).rejects.toThrow('disk full')
  expect(log).toEqual([])
})
