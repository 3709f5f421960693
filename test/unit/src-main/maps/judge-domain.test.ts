import { describe, expect, it } from 'vitest'
import { judgeDomain } from '../../../../src-main/maps/judge-domain'

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

const seen = (rows: number[][], sourcePxPerModelPx = 3): { values: number[]; sourcePxPerModelPx: number }[] =>
  rows.map((values) => ({ values, sourcePxPerModelPx }))

describe('judgeDomain', () => {
  it('takes medians over the slices and the distance that numpy gives', () => {
    const distance = 2.6155910109307885
    expect(judgeDomain({ ...domain, limit: distance + 1e-9 }, seen(near)).status).toBe('inside')
    expect(judgeDomain({ ...domain, limit: distance - 1e-9 }, seen(near)).status).toBe('outside')
  })

  it('says by how much the intensities differ', () => {
    expect(judgeDomain(domain, seen(far))).toEqual({
      status: 'outside',
      departures: [{ what: 'intensity statistics', found: 'distance 8.7', trainedFor: 'up to 4.0' }]
    })
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
