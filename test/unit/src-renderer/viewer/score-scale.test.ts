import { describe, expect, it } from 'vitest'
import { scoreRange, scoreTicks } from '../../../../src-renderer/viewer/score-scale'
import { makeManifest } from '../../../helpers/make-manifest'

const threshold = (value: number) => ({
  id: `t${value}`,
  version: '1',
  map: 'rec' as const,
  value,
  method: 'test'
})

describe('scoreRange', () => {
  it('reaches from the median of normal pixels to a quarter over the highest threshold, rounded up', () => {
    const manifest = makeManifest({ thresholds: [threshold(3.5), threshold(18.8)] })
    // 18.8 * 1.25 = 23.5
    expect(scoreRange(manifest, 'rec')).toEqual({ low: 0, high: 25 })
  })

  it('has a range for maps without thresholds too', () => {
    expect(scoreRange(makeManifest({ thresholds: [threshold(3)] }), 'combi')).toEqual({ low: 0, high: 1.5 })
  })
})

describe('scoreTicks', () => {
  it('gives round scores without rounding errors', () => {
    expect(scoreTicks({ low: 0, high: 25 })).toEqual([0, 5, 10, 15, 20, 25])
    expect(scoreTicks({ low: 0, high: 1.5 })).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1, 1.2, 1.4])
    expect(scoreTicks({ low: 0, high: 8 })).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8])
  })
})
