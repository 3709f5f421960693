import { describe, expect, it } from 'vitest'
import { drawHead, toHeadFrame } from '../../../../scripts/make-demo-study/draw-head.mjs'
import { renderSlice } from '../../../../scripts/make-demo-study/render-slice.mjs'

describe('drawHead and renderSlice', () => {
  it('render the same head twice alike, and different heads differently', () => {
    const first = renderSlice(drawHead(5), 20, { layers: 1 })
    const again = renderSlice(drawHead(5), 20, { layers: 1 })
    const other = renderSlice(drawHead(6), 20, { layers: 1 })
    expect(again.signal).toEqual(first.signal)
    expect(other.signal).not.toEqual(first.signal)
    expect(first.lesion.every((label) => label === 0)).toBe(true)
  })

  it('leave air dark, scalp brighter than brain, and brain about 1', () => {
    const { signal } = renderSlice(drawHead(5), 30, { layers: 1 })
    const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
    const corner: number[] = []
    const middle: number[] = []
    for (let row = 0; row < 20; row++)
      for (let column = 0; column < 20; column++) corner.push(signal[row * 256 + column]!)
    for (let row = 90; row < 166; row++)
      for (let column = 90; column < 166; column++) middle.push(signal[row * 256 + column]!)
    middle.sort((one, other) => one - other)
    const brain = middle[middle.length >> 1]!
    const brightest = signal.reduce((most, value) => Math.max(most, value), 0)
    expect(mean(corner)).toBeLessThan(0.1)
    expect(brain).toBeGreaterThan(0.6)
    expect(brain).toBeLessThan(1.3)
    expect(brightest).toBeGreaterThan(brain * 1.3)
  })

  it('keep distances within the drawn stretch, turns being rigid', () => {
    const head = drawHead(9)
    head.warpMm = 0
    const start = new Float64Array(3)
    const end = new Float64Array(3)
    toHeadFrame(head, 10, -20, 5, start)
    toHeadFrame(head, 40, 15, 30, end)
    const undone = Math.hypot(
      (end[0]! - start[0]!) * head.stretch.x,
      (end[1]! - start[1]!) * head.stretch.y,
      (end[2]! - start[2]!) * head.stretch.z
    )
    expect(undone).toBeCloseTo(Math.hypot(30, 35, 25), 9)
  })
})
