import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { OpeningProgress } from '../../../../src-main/contract/opening-channels'
import { watchOpening } from '../../../../src-main/study/watch-opening'

let reports: OpeningProgress[]
beforeEach(() => {
  reports = []
  vi.useFakeTimers({ toFake: ['performance'], now: 1000 })
})
afterEach(() => void vi.useRealTimers())

describe('watchOpening', () => {
  it('reports at most ten times a second, and each change of stage at once', () => {
    const watch = watchOpening((progress) => reports.push(progress))
    for (let found = 1; found <= 300; found++) {
      watch.onListed?.(found)
      vi.advanceTimersByTime(1)
    }
    // one at the beginning, then one for each whole tenth of a second of the 300 ms
    expect(reports.map(({ total }) => total)).toEqual([1, 101, 201])
    watch.onProgress?.({ done: 1, total: 300 })
    watch.onProgress?.({ done: 2, total: 300 })
    expect(reports.slice(3)).toEqual([{ stage: 'reading', done: 1, total: 300 }])
    watch.onProgress?.({ done: 300, total: 300 })
    expect(reports[4]).toMatchObject({ stage: 'sorting', done: 300 })
  })
})
