import { describe, expect, it } from 'vitest'
import { goldenInput } from '../../../../src-main/inference/golden-input'
import { judge, largestDifference, providerTolerances } from '../../../../src-main/inference/probe-provider'
import { makeManifest } from '../../../helpers/make-manifest'

const sample = (rec: number, ...reconstruction: number[]) => ({
  reconstruction: Float32Array.from(reconstruction),
  rec,
  kl: 2
})

describe('largestDifference', () => {
  it('is the norm of the difference over the norm of the reference, for the worst output', () => {
    // |(0, 0.5)| / |(3, 4)| = 0.1 for the reconstruction, 0.25 / 4 for rec
    const { output, difference } = largestDifference([sample(4.25, 3, 4.5)], [sample(4, 3, 4)])
    expect(output).toBe('reconstruction')
    expect(difference).toBeCloseTo(0.1, 12)
  })

  it('takes all samples together', () => {
    // |(1, 0)| / |(4, 3)|, one value from each sample
    const found = [sample(1, 5), sample(1, 3)]
    expect(largestDifference(found, [sample(1, 4), sample(1, 3)]).difference).toBeCloseTo(1 / 5, 12)
  })

  it('is zero for equal outputs and NaN where one is', () => {
    expect(largestDifference([sample(1, 0)], [sample(1, 0)]).difference).toBe(0)
    expect(largestDifference([sample(1, NaN)], [sample(1, 1)]).difference).toBeNaN()
    expect(largestDifference([sample(1, 1)], [sample(1, 0)]).difference).toBe(Infinity)
  })
})

describe('judge', () => {
  const expected = [{ ...sample(4, 3, 4), gradKl: Float32Array.of(0, 1), gradRec: Float32Array.of(2, 0) }]
  const changed = (changes: object) => [{ ...expected[0], ...changes }]

  it('takes what agrees, and says how well', () => {
    expect(judge(expected, expected)).toMatchObject({ usable: true })
    const near = judge(changed({ gradKl: Float32Array.of(0, 1.0005) }), expected)
    expect(near.usable).toBe(true)
    expect(near.reason).toMatch(/the KL gradient within 5\.0e-4, allowed 1e-3/)
  })

  it.each(providerTolerances.filter(({ output }) => output in expected[0]))(
    'holds $name to its own tolerance of $tolerance',
    ({ output, name, tolerance }) => {
      const scaled = (factor: number) => {
        const value = expected[0][output as keyof (typeof expected)[0]]
        return changed({
          [output]: value instanceof Float32Array ? value.map((v) => v * factor) : value * factor
        })
      }
      expect(judge(scaled(1 + 0.5 * tolerance), expected).usable).toBe(true)
      const past = judge(scaled(1 + 2 * tolerance), expected)
      expect(past.usable).toBe(false)
      expect(past.reason).toContain(`differs from the CPU: ${name} by`)
    }
  )

  it('refuses values that are no numbers', () => {
    expect(judge(changed({ gradRec: Float32Array.of(NaN, 0) }), expected).usable).toBe(false)
    expect(judge(changed({ reconstruction: Float32Array.of(Infinity, 0) }), expected).usable).toBe(false)
  })
})

describe('goldenInput', () => {
  const manifest = makeManifest({
    input: { name: 'x', layout: 'NHWC', channels: 3, height: 10, width: 20 },
    preprocessing: { ...makeManifest().preprocessing, clip: [-1, 1] }
  })

  it('fills the layout, stays in range and differs by variant', () => {
    const first = goldenInput(manifest, 0)
    expect(first).toHaveLength(600)
    expect(Math.min(...first)).toBe(-1)
    expect(Math.max(...first)).toBeLessThanOrEqual(1)
    expect(first[0]).toBe(-1)
    expect(goldenInput(manifest, 0)).toEqual(first)
    expect(goldenInput(manifest, 1)).not.toEqual(first)
  })

  it('follows its formula', () => {
    // row 4, column 9, channel 2 of a 10 x 20 image in NHWC: inside the ellipse
    const waves = 0.5 + 0.3 * Math.sin(0.37 * 4 + 1) * Math.cos(0.23 * 9 + 2) + 0.15 * Math.sin(0.05 * 4 * 9)
    expect(goldenInput(manifest, 1)[(4 * 20 + 9) * 3 + 2]).toBeCloseTo(-1 + 2 * waves, 6)
  })
})
