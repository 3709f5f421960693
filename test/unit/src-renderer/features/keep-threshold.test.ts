import { describe, expect, it } from 'vitest'
import { keepThreshold } from '../../../../src-renderer/features/reading/keep-threshold'

const named = 7.697737216949463
const manifest = {
  thresholds: [{ id: 'p99', version: 'test-1', map: 'rec' as const, value: named, method: 'percentile' }]
}
const scale = { low: 0, high: 25 }

describe('keepThreshold', () => {
  it('keeps a threshold that the model names for the map to its last digit', () => {
    expect(keepThreshold(manifest, 'rec', scale, named)).toBe(named)
    expect(keepThreshold(manifest, 'combi', scale, named)).toBe(7.7)
  })

  it('takes others to hundredths, as the field shows them', () => {
    expect(keepThreshold(manifest, 'rec', scale, 3.14159)).toBe(3.14)
  })

  it('stays within the colour scale', () => {
    expect(keepThreshold(manifest, 'rec', scale, 1e9)).toBe(25)
    expect(keepThreshold(manifest, 'rec', scale, -1)).toBe(0)
  })
})
