import { describe, expect, it } from 'vitest'
import { domainSchema } from '../../../../src-main/contract/domain-schema'

const common = { levels: [50], mean: [0.3, 0.4], limit: 4, patients: 20, sourcePxPerModelPx: [2, 4] }
const precision = [
  [2, 0],
  [0, 3]
]
const newer = { ...common, axes: precision, withinPatient: [0.5, 0] }
const outline = {
  cells: 2,
  mean: [0, 1, 1, 0],
  components: [[0.5, 0.5, 0.5, 0.5]],
  variances: [0.1],
  residualVariance: 0.01,
  logDistance: { mean: 1, patientVariance: 0.1, sliceVariance: 0.1 },
  limit: 2.7
}

describe('domainSchema', () => {
  it('reads what manifests hold now, and the precision of older ones', () => {
    for (const domain of [newer, { ...newer, outline }, { ...common, precision }]) {
      expect(domainSchema.parse(domain)).toEqual(domain)
    }
  })

  it.each([
    ['no spread', common],
    ['axes without the variance along them', { ...common, axes: precision }],
    ['a row too few', { ...common, precision: precision.slice(1) }],
    ['a row too short', { ...common, precision: [[2, 0], [0]] }],
    ['variances that do not fit the axes', { ...newer, withinPatient: [0.5] }],
    ['a mean that does not fit the levels', { ...newer, mean: [0.3] }],
    ['an outline of other cells', { ...newer, outline: { ...outline, cells: 3 } }],
    ['a component without a variance', { ...newer, outline: { ...outline, variances: [] } }],
    [
      'an outline that does not vary',
      { ...newer, outline: { ...outline, logDistance: { mean: 1, patientVariance: 0, sliceVariance: 0 } } }
    ]
  ])('refuses %s', (_name, domain) => {
    expect(domainSchema.safeParse(domain).success).toBe(false)
  })
})
