import { describe, expect, it } from 'vitest'
import {
  advancePace,
  followClock,
  timeLeftWords,
  type Pace,
  type Stride
} from '../../../../src-renderer/state/pace'

const report = (done: number, total = 40, jobId = 'job'): Stride => ({ jobId, done, total })

/** Reports a slice after each of these times, ms, the first at 60 s of the clock. */
function run(times: number[], total = 40): { pace: Pace; now: number } {
  let now = 60_000
  let pace = advancePace(null, report(1, total), now)
  times.forEach((ms, i) => (pace = advancePace(pace, report(i + 2, total), (now += ms))))
  return { pace: pace as Pace, now }
}

describe('the pace of a run', () => {
  it('is not told before the first slice, nor from the first, which holds the start of the engine', () => {
    expect(advancePace(null, report(0), 0)).toBeNull()
    expect(timeLeftWords(run([]).pace)).toBe('')
    expect(timeLeftWords(run([2000, 2000]).pace)).toBe('')
  })

  it('is exact where every slice takes the same', () => {
    // 4 of 40 done, 36 to go at 2 s
    const { pace } = run([2000, 2000, 2000])
    expect(pace.msPerSlice).toBeCloseTo(2000, 9)
    expect(pace.said).toBeCloseTo(72, 9)
    expect(timeLeftWords(pace)).toBe('about 75 s left')
  })

  it('weighs slices by exp(-age / 8)', () => {
    const times = [...Array(10).fill(1000), ...Array(8).fill(3000)]
    // by hand, over sums of the geometric series: 1 + 2 (1 - e^-1) / (1 - e^-(18/8)) seconds
    const expected = 1000 + (2000 * (1 - Math.exp(-1))) / (1 - Math.exp(-18 / 8))
    expect(run(times).pace.msPerSlice).toBeCloseTo(expected, 6)
  })

  it('looks back over a twentieth of a long run, and says nothing before a hundredth of it', () => {
    const pace = run([...Array(100).fill(10), ...Array(100).fill(30)], 4000).pace
    // the same sums with a memory of 200 files
    const expected = 10 + (20 * (1 - Math.exp(-100 / 200))) / (1 - Math.exp(-200 / 200))
    expect(pace.msPerSlice).toBeCloseTo(expected, 6)
    expect(run(Array(39).fill(10), 4000).pace.said).toBeNull()
    expect(run(Array(40).fill(10), 4000).pace.said).not.toBeNull()
  })

  it('is the same for slices told of together', () => {
    const one = run([2000, 2000, 2000, 2000]).pace
    let together = advancePace(null, report(1), 0)
    together = advancePace(together, report(5), 8000)
    expect(together?.msPerSlice).toBeCloseTo(one.msPerSlice, 9)
  })

  it('falls with the clock between reports, by one slice at most', () => {
    const { pace, now } = run([2000, 2000, 2000])
    expect(followClock(pace, now + 500).said).toBeCloseTo(71.5, 9)
    expect(followClock(pace, now + 60_000).said).toBeCloseTo(70, 9)
  })

  it('does not jump up for one slow slice, and follows a run that stays slow', () => {
    const even = run(Array(10).fill(2000)).pace
    const oneSlow = run([...Array(10).fill(2000), 3500]).pace
    expect(oneSlow.said).toBeLessThanOrEqual(even.said as number)
    const slow = run([...Array(10).fill(2000), ...Array(10).fill(8000)]).pace
    // 19 slices to go; at the old pace 38 s
    expect(slow.said).toBeGreaterThan(80)
  })

  it('starts again for another run, and ends with nothing', () => {
    const { pace, now } = run([2000, 2000, 2000])
    expect(timeLeftWords(advancePace(pace, report(9, 40, 'other'), now) as Pace)).toBe('')
    expect(timeLeftWords(run(Array(9).fill(1000), 10).pace)).toBe('')
  })

  it('is said in steps of 5 s, then of seconds, and in minutes when long', () => {
    const words = (said: number): string => timeLeftWords({ said } as Pace)
    expect([words(0.2), words(7.1), words(21), words(89), words(300)]).toEqual([
      'about 1 s left',
      'about 8 s left',
      'about 25 s left',
      'about 90 s left',
      'about 5 min left'
    ])
  })
})
