import { describe, expect, it } from 'vitest'
import { keptProbabilities, summariseSlice } from '../../../../../src-main/feedback/verdicts/summarise-slice'

const known = { sliceIndex: 0, sopInstanceUid: null, score: null, scoreStandardised: null, findingPeaks: [] }

describe('summariseSlice', () => {
  it('gives numpy’s quantiles, mean and bins of the foreground', () => {
    // x = np.float32([0, 1.5, -0.3, 2.25, 7.1, 0.26, 0.24, 3, -0.25, 11.9]); np.quantile(x.astype(float), p)
    const inside = [0, 1.5, -0.3, 2.25, 7.1, 0.26, 0.24, 3, -0.25, 11.9]
    const map = Float32Array.from([...inside, 1000, Number.NaN])
    const foreground = Uint8Array.from([...inside.map(() => 1), 0, 1])
    const summary = summariseSlice(map, foreground, known)
    const expected = [
      -0.30000001192092896, -0.29550001084804534, -0.2775000065565109, -0.2550000011920929,
      0.05999999865889549, 0.8799999952316284, 2.8125, 7.579999876022337, 9.7399997472763, 10.81999968290329,
      11.46799964427948, 11.683999631404877, 11.856799621105193, 11.878399619817733, 11.899999618530273
    ]
    expect(summary.quantiles.probabilities).toEqual([...keptProbabilities])
    summary.quantiles.values.forEach((value, i) => expect(value).toBeCloseTo(expected[i], 12))
    expect(summary.mean).toBeCloseTo(2.569999949634075, 12)
    expect([summary.peak, summary.foregroundPx]).toEqual([Math.fround(11.9), 10])
    // np.unique(np.floor(x / 0.25), return_counts=True)
    expect(summary.histogram.bins).toEqual([
      [-2, 1],
      [-1, 1],
      [0, 2],
      [1, 1],
      [6, 1],
      [9, 1],
      [12, 1],
      [28, 1],
      [47, 1]
    ])
  })

  it('has no figures for a slice without foreground', () => {
    const summary = summariseSlice(new Float32Array(4), new Uint8Array(4), known)
    expect([summary.peak, summary.mean, summary.foregroundPx]).toEqual([null, null, 0])
    expect(summary.quantiles.values).toEqual([])
  })
})
