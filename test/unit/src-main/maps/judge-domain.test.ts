import { describe, expect, it } from 'vitest'
import { judgeDomain } from '../../../../src-main/maps/judge-domain'
import type { DomainFeatures } from '../../../../src-main/preprocess/domain-features'

/**
 * Mean and precision of the twelve rows [(7i mod 11)/10, (3i*i mod 13)/10, (5i mod 7)/10] by numpy.mean and
 * numpy.linalg.inv(numpy.cov(rows.T)).
 */
const domain = {
  levels: [10, 50],
  mean: [0.4583333333333333, 0.625, 0.3],
  precision: [
    [9.53665052730041, 3.276928650984286, -1.9683510183509636],
    [3.276928650984286, 11.247836180405526, -15.484225922894225],
    [-1.9683510183509638, -15.484225922894225, 42.4400042891672]
  ],
  limit: 4,
  patients: 12,
  sourcePxPerModelPx: [2, 4] as [number, number]
}

/** Their medians are 0.6, 0.25 and 0.55; numpy.sqrt(away @ precision @ away) is 2.6155910109307885. */
const near = [
  [0.9, 0.1, 0.8],
  [0.4, 0.2, 0.5],
  [0.7, 1.1, 0.1],
  [0.5, 0.3, 0.6]
]
/** The same by numpy: 8.687796913143787. */
const far = [[1.6, -0.4, 1.2]]

/**
 * The same twelve rows by the spread of newer manifests: scipy.linalg.eigh(W, numpy.cov(rows.T)) with
 * W = [[.04, .01, 0], [.01, .09, .02], [0, .02, .05]], the variance of slices about their patient.
 */
const { precision: _, ...common } = domain
const bySlices = {
  ...common,
  axes: [
    [2.042196636050235, -1.0751335179446189, -0.08211492502546838],
    [2.20696589551702, 1.605449333943124, 1.2245112083684382],
    [-0.7038358921156807, -2.7412509070019717, 6.397955433483055]
  ],
  withinPatient: [0.23081061363981856, 0.6512704709723632, 2.079859943278608]
}

const outline = {
  cells: 2,
  mean: [0.1, 0.9, 0.8, 0.2],
  components: [
    [0.5, 0.5, 0.5, 0.5],
    [0.5, -0.5, 0.5, -0.5]
  ],
  variances: [0.04, 0.02],
  residualVariance: 0.005,
  logDistance: { mean: 0.3, patientVariance: 0.09, sliceVariance: 0.16 },
  limit: 2
}
const outlines = [
  [0.2, 0.8, 0.9, 0.1],
  [0, 0.7, 0.6, 0.3],
  [0.4, 0.9, 0.9, 0.6]
]

const seen = (rows: number[][], sourcePxPerModelPx = 3, shape: number[][] = []): DomainFeatures[] =>
  rows.map((values, i) => ({
    values,
    sourcePxPerModelPx,
    outline: shape[i] ? Float64Array.from(shape[i]) : null
  }))

describe('judgeDomain', () => {
  it('takes medians over the slices and the distance that numpy gives', () => {
    const distance = 2.6155910109307885
    expect(judgeDomain({ ...domain, limit: distance + 1e-9 }, seen(near)).status).toBe('inside')
    expect(judgeDomain({ ...domain, limit: distance - 1e-9 }, seen(near)).status).toBe('outside')
  })

  it.each([
    // numpy: away @ inv(cov + W / m) @ away, its root
    ['four slices', near, 2.151942443524361],
    ['a single one', far, 5.577582561407506]
  ])('lets the medians of fewer slices lie farther off: %s', (_name, rows, distance) => {
    expect(judgeDomain({ ...bySlices, limit: distance + 1e-9 }, seen(rows)).status).toBe('inside')
    expect(judgeDomain({ ...bySlices, limit: distance - 1e-9 }, seen(rows)).status).toBe('outside')
  })

  it('says by how much the intensities differ', () => {
    expect(judgeDomain(domain, seen(far))).toEqual({
      status: 'outside',
      departures: [{ what: 'intensity statistics', found: 'distance 8.7', trainedFor: 'up to 4.0' }]
    })
  })

  it.each([
    // numpy, with the covariance C = components.T @ diag(variances) @ components + .005 (1 - components.T @ components):
    // (median of log(sqrt(away @ inv(C) @ away)) - .3) / sqrt(.09 + .16 / m), and e to the difference, and to 2 of these
    ['three slices', outlines, 2.4331441755857135, '2.5', '2.1'],
    ['a single one', outlines.slice(2), 2.5780538303479457, '3.6', '2.7']
  ])('compares the outline of the patient: %s', (_name, shape, deviations, times, usual) => {
    const slices = seen(
      shape.map(() => domain.mean),
      3,
      shape
    )
    const judged = (limit: number) => judgeDomain({ ...bySlices, outline: { ...outline, limit } }, slices)
    expect(judged(deviations + 1e-9).status).toBe('inside')
    expect(judged(deviations - 1e-9).status).toBe('outside')
    expect(judged(2).departures).toEqual([
      {
        what: 'outline of the patient',
        found: `differs by ${times} times the usual`,
        trainedFor: `up to ${usual}`
      }
    ])
  })

  it('passes an outline that is the mean itself', () => {
    const slices = seen([domain.mean], 3, [outline.mean])
    expect(judgeDomain({ ...bySlices, outline }, slices)).toEqual({ status: 'inside', departures: [] })
  })

  it('calls coarser images foreign, from a quarter below the coarsest on, but not finer ones', () => {
    expect(judgeDomain(domain, seen(near, 1.51)).status).toBe('inside')
    expect(judgeDomain(domain, seen(near, 40)).status).toBe('inside')
    const coarse = judgeDomain(domain, seen(near, 1.49))
    expect(coarse.status).toBe('outside')
    expect(coarse.departures.map(({ what }) => what)).toEqual(['resolution'])
    expect(coarse.departures[0].trainedFor).toBe('2.0 to 4.0')
  })

  it('says nothing without training statistics, and nothing without slices', () => {
    expect(judgeDomain(undefined, seen(far))).toEqual({ status: 'unknown', departures: [] })
    expect(judgeDomain(domain, [])).toEqual({ status: 'unknown', departures: [] })
  })
})
