import { describe, expect, it } from 'vitest'
import { canonicalJson } from '../../../../../src-main/feedback/store/canonical-json'

describe('canonicalJson', () => {
  // RFC 8785, 3.2.2: numbers as ECMAScript; 3.2.3: keys sorted by UTF-16 code units
  it('spells numbers and sorts keys as RFC 8785 does', () => {
    expect(canonicalJson({ numbers: [333333333.33333329, 1e30, 4.5, 2e-3, 1e-27], b: 'x', a: true })).toBe(
      '{"a":true,"b":"x","numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27]}'
    )
    const keys = ['\u20ac', '\r', '\ufb33', '1', '\ud83d\ude00', '\u0080', '\u00f6']
    const sorted = ['\r', '1', '\u0080', '\u00f6', '\u20ac', '\ud83d\ude00', '\ufb33']
    const json = canonicalJson(Object.fromEntries(keys.map((key) => [key, 1])))
    expect(Object.keys(JSON.parse(json) as object).sort()).toEqual([...sorted].sort())
    expect(json.indexOf('"\u20ac"')).toBeLessThan(json.indexOf('"\ud83d\ude00"'))
    expect(json.indexOf('"\ud83d\ude00"')).toBeLessThan(json.indexOf('"\ufb33"'))
  })

  it('leaves null members out, so that a new nullable column keeps old hashes', () => {
    expect(canonicalJson({ a: 1, added: null })).toBe(canonicalJson({ a: 1 }))
    expect(canonicalJson([null, 1])).toBe('[null,1]')
  })

  it('refuses what JSON cannot hold', () => {
    expect(() => canonicalJson(Number.NaN)).toThrow()
    expect(() => canonicalJson({ a: () => 1 })).toThrow()
  })
})
