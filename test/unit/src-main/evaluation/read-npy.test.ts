import { describe, expect, it } from 'vitest'
import { readNpy } from '../../../../src-main/evaluation/read-npy'
import { encodeNpy } from '../../../../src-main/export/write-npy'

/** A .npy file byte by byte: magic, version, length of the head, head, values (numpy.lib.format). */
function file(head: string, values: number[], version = 1): Uint8Array {
  const text = [...head].map((sign) => sign.charCodeAt(0))
  const length =
    version === 1 ? [text.length & 255, text.length >> 8] : [text.length & 255, text.length >> 8, 0, 0]
  return Uint8Array.from([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, version, 0, ...length, ...text, ...values])
}
const head = (type: string, shape: string, fortran = 'False'): string =>
  `{'descr': '${type}', 'fortran_order': ${fortran}, 'shape': (${shape}), }\n`

describe('readNpy', () => {
  it('reads what encodeNpy writes', () => {
    const values = Float32Array.from([0.5, -1, 3e38, 1e-40, -0, 7])
    expect(readNpy(encodeNpy(values, [2, 3]))).toEqual({ shape: [2, 3], values })
  })

  it('reads either byte order, every integer, half and double, versions 1 and 2', () => {
    // struct.pack('>h', -2) = ff fe; '<q', 5; '<e', 1.5 = 00 3e and -inf = 00 fc; '>d', 1 = 3f f0 00 …
    expect(readNpy(file(head('>i2', '1,'), [0xff, 0xfe])).values).toEqual(Int16Array.from([-2]))
    expect(readNpy(file(head('<i8', '1,'), [5, 0, 0, 0, 0, 0, 0, 0])).values).toEqual(Float64Array.from([5]))
    expect(readNpy(file(head('<f2', '2,'), [0, 0x3e, 0, 0xfc])).values).toEqual(
      Float32Array.from([1.5, -Infinity])
    )
    expect(readNpy(file(head('>f8', ''), [0x3f, 0xf0, 0, 0, 0, 0, 0, 0], 2))).toEqual({
      shape: [],
      values: Float64Array.from([1])
    })
    expect(readNpy(file(head('|b1', '2, 1'), [1, 0]))).toEqual({
      shape: [2, 1],
      values: Uint8Array.from([1, 0])
    })
  })

  it('turns Fortran order into C order', () => {
    // np.asfortranarray([[1, 2, 3], [4, 5, 6]]) lies in memory as 1 4 2 5 3 6
    const { shape, values } = readNpy(file(head('|u1', '2, 3', 'True'), [1, 4, 2, 5, 3, 6]))
    expect(shape).toEqual([2, 3])
    expect(Array.from(values)).toEqual([1, 2, 3, 4, 5, 6])
  })

  it('refuses objects, broken heads and values that are cut off', () => {
    expect(() => readNpy(file(head('|O', '1,'), [0]))).toThrow('raster-unsupported')
    expect(() => readNpy(file(head('<c8', '1,'), Array(8).fill(0)))).toThrow('raster-unsupported')
    expect(() => readNpy(file(head('<f4', '2,'), [0, 0, 0, 0, 0]))).toThrow('cut off')
    expect(() => readNpy(file(head('<f4', '4294967296, 4294967296'), []))).toThrow('raster-malformed')
    expect(() => readNpy(file("{'descr': '<f4'}", []))).toThrow('no shape')
    expect(() => readNpy(Uint8Array.from([1, 2, 3]))).toThrow('not a .npy file')
    const whole = encodeNpy(Float32Array.from([1, 2]), [2])
    for (let length = 0; length < whole.length; length++) {
      expect(() => readNpy(whole.subarray(0, length))).toThrow('raster-malformed')
    }
  })
})
