import { describe, expect, it } from 'vitest'
import { runOn, withMovement } from '../../../../src-renderer/viewer/scroll-inertia'

/** Lets a stack run until it stands. */
function run(speed: number, frameMs: number): { slices: number; frames: number } {
  let motion = { speed, remainder: 0 }
  let slices = 0
  let frames = 0
  while (motion.speed !== 0 && frames < 10_000) {
    const next = runOn(motion, frameMs)
    slices += next.slices
    motion = next
    frames++
  }
  return { slices, frames }
}

describe('runOn', () => {
  it('goes as far as the integral of the decaying speed, whatever the frame rate', () => {
    // 40 slices/s decaying with 0.325 s until 2 slices/s: (40 - 2) * 0.325 = 12.35 slices, at most a frame further
    for (const frameMs of [4, 16, 33]) {
      const { slices } = run(40, frameMs)
      expect(slices).toBeGreaterThanOrEqual(12)
      expect(slices).toBeLessThanOrEqual(13)
    }
    expect(run(-40, 16).slices).toBe(-run(40, 16).slices)
  })

  it('stops', () => {
    expect(run(1000, 16).frames).toBeLessThan(200)
    expect(run(1, 16).slices).toBe(0)
  })
})

describe('withMovement', () => {
  it('comes to the speed of the hand and is not thrown by one event', () => {
    let motion = { speed: 0, remainder: 0 }
    for (let i = 0; i < 40; i++) motion = withMovement(motion, 0.5, 10)
    // half a slice every 10 ms
    expect(motion.speed).toBeCloseTo(50, 0)
    expect(withMovement({ speed: 0, remainder: 0 }, 3, 1).speed).toBeLessThan(60)
    expect(withMovement(motion, 3, 0)).toEqual(motion)
  })
})
