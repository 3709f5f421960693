import { describe, expect, it } from 'vitest'
import { choosePlan } from '../../../../src-main/inference/choose-plan'
import type { RunPlan } from '../../../../src-main/inference/run-plan'

const sample = new Float32Array(4)

let clockMs = 0
const nowMs = (): number => clockMs

/** A plan whose batches take that long on the test's own clock, those of several lanes at the same time. */
function plan(lanes: number, batch: number, msPerBatch: number, seen: number[] = []) {
  const own: RunPlan = { lanes, threads: 1, batch }
  return {
    plan: own,
    runBatch: (samples: Float32Array[]) => {
      seen.push(samples.length)
      clockMs += msPerBatch / Math.max(1, lanes)
      return Promise.resolve(samples.map(() => 0))
    }
  }
}

describe('choosePlan', () => {
  it('picks what gets most samples done in the same time', async () => {
    const seen: number[] = []
    // 8 in 40 ms, 2 x 8 in 40 ms side by side, 2 x 4 in 40 ms side by side
    const ready = [plan(0, 8, 40), plan(2, 8, 40, seen), plan(2, 4, 40)]
    expect(await choosePlan(ready, sample, nowMs)).toEqual(ready[1].plan)
    expect(seen.length).toBe(8)
    expect(new Set(seen)).toEqual(new Set([8]))
  })

  it('stays with the first where another is hardly faster', async () => {
    const ready = [plan(0, 8, 60), plan(2, 4, 58)]
    expect(await choosePlan(ready, sample, nowMs)).toEqual(ready[0].plan)
  })

  it('passes failures on', async () => {
    const broken = { ...plan(0, 8, 1), runBatch: () => Promise.reject(new Error('no')) }
    await expect(choosePlan([broken], sample, nowMs)).rejects.toThrow('no')
  })
})
