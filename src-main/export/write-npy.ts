import type { PixelArray } from '../image/image-types'
import { plainView } from '../image/plain-view'
import { NidusError } from '../contract/errors'

/** NumPy type strings of the arrays that Nidus writes, little endian. */
export function npyType(values: PixelArray): string {
  if (values instanceof Uint8Array) return '|u1'
  if (values instanceof Int8Array) return '|i1'
  if (values instanceof Uint16Array) return '<u2'
  if (values instanceof Int16Array) return '<i2'
  if (values instanceof Uint32Array) return '<u4'
  if (values instanceof Int32Array) return '<i4'
  if (values instanceof Float32Array) return '<f4'
  return '<f8'
}

/**
 * The head of a .npy file, version 1.0 (numpy.lib.format): magic, length and a Python dict literal,
 * padded so that the values start at a multiple of 64 bytes.
 * @param type NumPy type string as from {@link npyType}
 * @param shape in C order, slowest axis first
 */
export function encodeNpyHead(type: string, shape: readonly number[]): Uint8Array {
  const axes = shape.length === 1 ? `${shape[0]},` : shape.join(', ')
  const literal = `{'descr': '${type}', 'fortran_order': False, 'shape': (${axes}), }`
  const total = Math.ceil((10 + literal.length + 1) / 64) * 64
  const head = new Uint8Array(total).fill(0x20)
  head.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, (total - 10) & 0xff, (total - 10) >> 8])
  head.set(new TextEncoder().encode(literal), 10)
  head[total - 1] = 0x0a
  return head
}

/**
 * A whole .npy file (version 1.0, little endian, C order) that numpy.load reads.
 * @param values in C order
 * @param shape slowest axis first; its product is the number of values
 * @throws NidusError `internal` when shape and values do not fit
 */
export function encodeNpy(values: PixelArray, shape: readonly number[]): Uint8Array {
  const count = shape.reduce((product, axis) => product * axis, 1)
  if (count !== values.length) {
    throw new NidusError('internal', {
      reason: `npy shape ${shape.join('x')} does not hold ${values.length} values`
    })
  }
  const head = encodeNpyHead(npyType(values), shape)
  const file = new Uint8Array(head.length + values.byteLength)
  file.set(head)
  file.set(plainView(values), head.length)
  return file
}
