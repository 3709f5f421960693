import { describe, expect, it } from 'vitest'
import { chooseThreshold } from '../../../../src-main/maps/choose-threshold'
import { makeManifest } from '../../../helpers/make-manifest'

const manifest = makeManifest()

describe('chooseThreshold', () => {
  it("takes the manifest's first of the map", () => {
    expect(chooseThreshold(manifest, 'combi')).toEqual({
      id: 'p99',
      version: 'test-1',
      value: 3,
      map: 'combi'
    })
    expect(chooseThreshold(manifest, 'rec').value).toBe(0.5)
  })

  it('takes one by its name, or a value as it is', () => {
    expect(chooseThreshold(manifest, 'combi', 'p95').value).toBe(2)
    expect(chooseThreshold(manifest, 'rec', 4.25)).toEqual({
      id: 'custom',
      version: 'custom',
      value: 4.25,
      map: 'rec'
    })
  })

  it('refuses a name the map has no threshold of, and says which there are', () => {
    expect(() => chooseThreshold(manifest, 'rec', 'p95')).toThrowError(/known: p99/)
    expect(() => chooseThreshold(manifest, 'grad-kl')).toThrowError(/known: none/)
  })
})
