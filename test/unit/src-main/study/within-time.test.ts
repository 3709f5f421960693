import { describe, expect, it, vi } from 'vitest'
import { withinTime } from '../../../../src-main/study/within-time'

describe('waiting for a disk', () => {
  it('ends with a reason where it gives no answer', async () => {
    vi.useFakeTimers()
    try {
      const waiting = withinTime(new Promise(() => undefined), 5000)
      const outcome = expect(waiting).rejects.toMatchObject({
        code: 'file-unreadable',
        context: { reason: 'its disk gave no answer within 5 seconds' }
      })
      await vi.advanceTimersByTimeAsync(5001)
      await outcome
    } finally {
      vi.useRealTimers()
    }
  })

  it('gives what the work gives', async () => {
    expect(await withinTime(Promise.resolve(3), 5000)).toBe(3)
    await expect(withinTime(Promise.reject(new Error('no')), 5000)).rejects.toThrow('no')
  })
})
