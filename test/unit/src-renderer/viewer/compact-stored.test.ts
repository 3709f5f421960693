import { describe, expect, it } from 'vitest'
import { compactStored } from '../../../../src-renderer/viewer/compact-stored'

describe('compactStored', () => {
  it('keeps nothing twice where values are the stored ones', () => {
    const values = Float32Array.of(1, 2, 3)
    expect(compactStored(Float32Array.of(1, 2, 3), values)).toBe(values)
  })

  it('takes 16 bits where they hold every value', () => {
    const values = Float32Array.of(-1024, 0, 0)
    expect(compactStored(Float32Array.of(0, 1024, 1024), values)).toEqual(Int16Array.of(0, 1024, 1024))
    expect(compactStored(Float32Array.of(0, 65535, 7), values)).toEqual(Uint16Array.of(0, 65535, 7))
  })

  it('stays as it is otherwise', () => {
    const values = Float32Array.of(9, 9)
    for (const stored of [Float32Array.of(0.5, 1), Float32Array.of(-1, 65535), Float32Array.of(0, 70000)]) {
      expect(compactStored(stored, values)).toBe(stored)
    }
  })
})
