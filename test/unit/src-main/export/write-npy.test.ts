import { describe, expect, it } from 'vitest'
import { encodeNpy } from '../../../../src-main/export/write-npy'

describe('encodeNpy', () => {
  it('writes the bytes that numpy.save writes', () => {
    // numpy 2: np.save(f, np.array([[1, 2, 3], [4, 5, 65535]], '<u2')): the head is
    // magic, version 1.0, length 118 (0x76), the literal padded with spaces to 128 bytes in all, newline last
    const file = encodeNpy(Uint16Array.of(1, 2, 3, 4, 5, 65535), [2, 3])
    expect(Array.from(file.subarray(0, 10))).toEqual([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, 0x76, 0])
    const literal = new TextDecoder().decode(file.subarray(10, 128))
    expect(literal.trimEnd()).toBe("{'descr': '<u2', 'fortran_order': False, 'shape': (2, 3), }")
    expect(literal.endsWith('\n')).toBe(true)
    expect(Array.from(file.subarray(128))).toEqual([1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 255, 255])
  })

  it.each([
    [new Uint8Array(1), '|u1'],
    [new Int8Array(1), '|i1'],
    [new Int16Array(1), '<i2'],
    [new Uint32Array(1), '<u4'],
    [new Int32Array(1), '<i4'],
    [new Float32Array(1), '<f4'],
    [new Float64Array(1), '<f8']
  ])('names the type of %s', (values, type) => {
    expect(new TextDecoder().decode(encodeNpy(values, [1]).subarray(10, 128))).toContain(`'${type}'`)
  })

  it('writes one axis as a tuple and refuses shapes that do not fit', () => {
    expect(new TextDecoder().decode(encodeNpy(new Uint8Array(3), [3]))).toContain("'shape': (3,)")
    expect(() => encodeNpy(new Uint8Array(3), [2, 2])).toThrow(/does not hold/)
  })
})
