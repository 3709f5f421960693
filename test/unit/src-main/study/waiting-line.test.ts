import { describe, expect, it } from 'vitest'
import { WaitingLine } from '../../../../src-main/study/waiting-line'

describe('WaitingLine', () => {
  it('lets in as many as it has places, and tells the first of them', async () => {
    const line = new WaitingLine(2)
    const ends: (() => void)[] = []
    const begun: number[] = []
    const work = (number: number) => () => {
      begun.push(number)
      return new Promise<void>((end) => (ends[number] = end))
    }
    expect(line.first).toBe(Infinity)
    await line.enter(0, work(0))
    await line.enter(1, work(1))
    const third = line.enter(2, work(2))
    await new Promise(setImmediate)
    expect(begun).toEqual([0, 1])
    ends[1]?.()
    await third
    expect(begun).toEqual([0, 1, 2])
    expect(line.first).toBe(0)
    ends[0]?.()
    ends[2]?.()
    await line.empty()
    expect(line.first).toBe(Infinity)
  })

  it('is waited for no longer than is said', async () => {
    const line = new WaitingLine(1)
    await line.enter(7, () => new Promise(() => undefined))
    await line.empty(10)
    expect(line.first).toBe(7)
  })

  it('hands on what a piece of work throws', async () => {
    const line = new WaitingLine(1)
    await line.enter(0, () => Promise.reject(new Error('broken')))
    await expect(line.empty()).rejects.toThrow('broken')
  })
})
