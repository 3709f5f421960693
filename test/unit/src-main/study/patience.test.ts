import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { countStuck, isSilence, Patience } from '../../../../src-main/study/patience'

const never = (): Promise<never> => new Promise(() => undefined)

describe('waiting for a disk', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }))
  afterEach(() => void vi.useRealTimers())

  it('ends with a reason where it gives no answer', async () => {
    const outcome = expect(new Patience(5000).within(never())).rejects.toMatchObject({
      code: 'file-unreadable',
      context: { reason: 'its disk gave no answer for 5 seconds', silentMs: 5000 }
    })
    await vi.advanceTimersByTimeAsync(5001)
    await outcome
  })

  it('gives what the call gives', async () => {
    expect(await new Patience(5000).within(Promise.resolve(3))).toBe(3)
    const error = new Error('no')
    await expect(new Patience(5000).within(Promise.reject(error))).rejects.toBe(error)
    expect(isSilence(error)).toBe(false)
  })

  it('counts what one call took for the next, until bytes come', async () => {
    const patience = new Patience(5000)
    const call = (ms: number): Promise<void> =>
      patience.within(new Promise((resolve) => void setTimeout(resolve, ms)))
    const first = call(3000)
    await vi.advanceTimersByTimeAsync(3000)
    await first
    patience.renew()
    const second = call(4000)
    await vi.advanceTimersByTimeAsync(4000)
    await second
    const third = call(1500).catch(isSilence)
    await vi.advanceTimersByTimeAsync(1001)
    expect(await third).toBe(true)
  })

  it('begins anew where bytes come during a call', async () => {
    const patience = new Patience(5000)
    let ended = false
    const call = patience.within(never()).catch(() => void (ended = true))
    for (let second = 0; second < 20; second++) {
      await vi.advanceTimersByTimeAsync(1000)
      patience.renew()
    }
    expect(ended).toBe(false)
    await vi.advanceTimersByTimeAsync(5001)
    await call
    expect(ended).toBe(true)
  })

  it('counts the calls that were given up, until they come back', async () => {
    const before = countStuck()
    let answer = (): void => undefined
    const given = new Patience(5000).within(new Promise<void>((resolve) => (answer = resolve)))
    const outcome = expect(given).rejects.toThrow()
    await vi.advanceTimersByTimeAsync(5001)
    await outcome
    expect(countStuck()).toBe(before + 1)
    answer()
    await vi.advanceTimersByTimeAsync(0)
    expect(countStuck()).toBe(before)
  })
})

describe('waiting while this process is busy', () => {
  it('does not blame a disk whose answer had no chance to be heard', async () => {
    const busy = (ms: number): void => {
      for (const end = performance.now() + ms; performance.now() < end;);
    }
    const call = new Promise<string>((resolve) => void setTimeout(() => resolve('here'), 350))
    const outcome = new Patience(50).within(call)
    busy(300)
    expect(await outcome).toBe('here')
  })
})
