import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { limitRate } from '../../../../src-main/inference/limit-rate'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

it('passes the first value at once and then the newest, once an interval', () => {
  const seen: number[] = []
  const rate = limitRate((value: number) => seen.push(value), 100)
  rate.push(1)
  rate.push(2)
  rate.push(3)
  expect(seen).toEqual([1])
  vi.advanceTimersByTime(99)
  expect(seen).toEqual([1])
  vi.advanceTimersByTime(1)
  expect(seen).toEqual([1, 3])
  vi.advanceTimersByTime(500)
  expect(seen).toEqual([1, 3])
  rate.push(4)
  expect(seen).toEqual([1, 3, 4])
})

it('flushes what waits, once, and forgets what is dropped', () => {
  const seen: number[] = []
  const rate = limitRate((value: number) => seen.push(value), 100)
  rate.push(1)
  rate.push(2)
  rate.flush()
  rate.flush()
  expect(seen).toEqual([1, 2])
  rate.push(3)
  rate.push(4)
  rate.drop()
  vi.advanceTimersByTime(1000)
  expect(seen).toEqual([1, 2, 3])
})
