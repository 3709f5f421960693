import { describe, expect, it } from 'vitest'
import { limitOfWork, Workbench, type Work } from '../../../../src-main/study/reader-work'

describe('the limit of work', () => {
  it('is four seconds for what is of usual size, and grows with what is larger', () => {
    expect(limitOfWork(500_000, 512 * 512)).toBe(4_000)
    expect(limitOfWork(8 << 20, 2048 * 2048)).toBe(4_000)
    // 2^27 samples, the most that are taken, less the 2^22 of usual size, at a million a second
    expect(limitOfWork(0, 2 ** 27)).toBeCloseTo(4_000 + (2 ** 27 - 2 ** 22) / 1_000)
    // a gibibyte, less 16 MiB, at ten million bytes a second
    expect(limitOfWork(2 ** 30)).toBeCloseTo(4_000 + (2 ** 30 - 2 ** 24) / 10_000)
  })
})

describe('Workbench', () => {
  it('tells of the beginning and the end of work, also where it fails', async () => {
    const told: (Work | null)[] = []
    const bench = new Workbench((_, work) => told.push(work))
    const work = { path: '/a', limitMs: 1 }
    expect(await bench.do(work, () => 7)).toBe(7)
    await expect(bench.decode(work, () => Promise.reject(new Error('no')))).rejects.toThrow('no')
    expect(told).toEqual([work, null, work, null])
  })

  it('decodes one piece after another, whatever becomes of those before', async () => {
    const done: number[] = []
    const piece = (number: number) => async (): Promise<void> => {
      await new Promise(setImmediate)
      done.push(number)
      if (number === 1) throw new Error('no')
      await new Promise(setImmediate)
      done.push(number)
    }
    const work = { path: '/a', limitMs: 1 }
    await Promise.allSettled([1, 2, 3].map((number) => new Workbench().decode(work, piece(number))))
    expect(done).toEqual([1, 2, 2, 3, 3])
  })

  it('refuses what ended a process before', async () => {
    const told: number[] = []
    const bench = new Workbench((number) => told.push(number), new Set(['/a']))
    await expect(bench.do({ path: '/a', limitMs: 1 }, () => 7)).rejects.toMatchObject({
      code: 'file-unreadable',
      context: { reason: 'reading it stops the reader, or takes longer than it may' }
    })
    expect(told).toEqual([])
  })
})
