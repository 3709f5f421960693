import { describe, expect, it } from 'vitest'
import { createGradientNoise } from '../../../../scripts/make-demo-study/gradient-noise.mjs'

describe('createGradientNoise', () => {
  it('gives the slope that central differences give', () => {
    const noise = createGradientNoise(3)
    const slope = new Float64Array(3)
    const step = 1e-5
    for (let i = 0; i < 200; i++) {
      const point: [number, number, number] = [(i * 0.137) % 37, (i * 0.0713) % 23, (i * 0.291) % 51]
      noise.withSlope(...point, slope)
      for (const axis of [0, 1, 2] as const) {
        const above: [number, number, number] = [...point]
        const below: [number, number, number] = [...point]
        above[axis] += step
        below[axis] -= step
        expect(slope[axis]).toBeCloseTo((noise.at(...above) - noise.at(...below)) / (2 * step), 6)
      }
    }
  })

  it('vanishes on the lattice, as gradient noise must', () => {
    const noise = createGradientNoise(11)
    for (let i = -3; i < 4; i++) expect(noise.at(i, i * 2, 5 - i)).toBeCloseTo(0, 12)
  })
})
