import { NidusError } from '../contract/errors'

/** Values of a .npy file as they are stored; 64-bit integers become float64. */
export type NpyValues =
  Float32Array | Float64Array | Uint8Array | Int8Array | Uint16Array | Int16Array | Uint32Array | Int32Array

export interface NpyArray {
  /** slowest axis first */
  shape: number[]
  /** in C order */
  values: NpyValues
}

type Read = (view: DataView, at: number, little: boolean) => number

const types: Record<string, { bytes: number; make: (count: number) => NpyValues; read: Read }> = {
  b1: { bytes: 1, make: (n) => new Uint8Array(n), read: (view, at) => view.getUint8(at) },
  u1: { bytes: 1, make: (n) => new Uint8Array(n), read: (view, at) => view.getUint8(at) },
  i1: { bytes: 1, make: (n) => new Int8Array(n), read: (view, at) => view.getInt8(at) },
  u2: { bytes: 2, make: (n) => new Uint16Array(n), read: (view, at, little) => view.getUint16(at, little) },
  i2: { bytes: 2, make: (n) => new Int16Array(n), read: (view, at, little) => view.getInt16(at, little) },
  u4: { bytes: 4, make: (n) => new Uint32Array(n), read: (view, at, little) => view.getUint32(at, little) },
  i4: { bytes: 4, make: (n) => new Int32Array(n), read: (view, at, little) => view.getInt32(at, little) },
  u8: {
    bytes: 8,
    make: (n) => new Float64Array(n),
    read: (v, at, little) => Number(v.getBigUint64(at, little))
  },
  i8: {
    bytes: 8,
    make: (n) => new Float64Array(n),
    read: (v, at, little) => Number(v.getBigInt64(at, little))
  },
  f2: {
    bytes: 2,
    make: (n) => new Float32Array(n),
    read: (view, at, little) => half(view.getUint16(at, little))
  },
  f4: { bytes: 4, make: (n) => new Float32Array(n), read: (view, at, little) => view.getFloat32(at, little) },
  f8: { bytes: 8, make: (n) => new Float64Array(n), read: (view, at, little) => view.getFloat64(at, little) }
}

/**
 * Reads a .npy file (numpy.lib.format, versions 1 to 3): booleans, integers and floats of any byte order, C or Fortran
 * order. Never executes anything: object arrays are refused.
 * @throws NidusError `raster-malformed` for a broken file, `raster-unsupported` for other element types
 */
export function readNpy(bytes: Uint8Array): NpyArray {
  const magic = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59]
  if (bytes.length < 10 || magic.some((byte, i) => bytes[i] !== byte)) malformed('not a .npy file')
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const wide = bytes[6] >= 2
  if (bytes[6] > 3 || (wide && bytes.length < 12)) malformed(`version ${bytes[6]}`)
  const headStart = wide ? 12 : 10
  const start = headStart + (wide ? view.getUint32(8, true) : view.getUint16(8, true))
  if (start > bytes.length) malformed('the head is cut off')
  const head = new TextDecoder('latin1').decode(bytes.subarray(headStart, start))

  const type = /'descr':\s*'([<>|=])([a-z]\d+)'/.exec(head)
  const known = type && types[type[2]]
  if (!known) {
    const reason = `element type ${/'descr':\s*([^,]{1,40})/.exec(head)?.[1] ?? 'unknown'}`
    throw new NidusError('raster-unsupported', { format: 'npy', reason })
  }
  const axes = /'shape':\s*\(([^)]*)\)/.exec(head)
  if (!axes) malformed('no shape')
  const shape = axes[1]
    .split(',')
    .filter((axis) => axis.trim() !== '')
    .map(Number)
  const count = shape.reduce((product, axis) => product * axis, 1)
  if (!shape.every((axis) => Number.isInteger(axis) && axis >= 0) || !Number.isSafeInteger(count)) {
    malformed('shape')
  }
  if (start + count * known.bytes > bytes.length) malformed('values are cut off')

  const little = type[1] !== '>'
  const values = known.make(count)
  for (let i = 0; i < count; i++) values[i] = known.read(view, start + i * known.bytes, little)
  return /'fortran_order':\s*True/.test(head) ? { shape, values: toCOrder(values, shape) } : { shape, values }
}

function toCOrder(values: NpyValues, shape: readonly number[]): NpyValues {
  const ordered = values.slice()
  const steps: number[] = []
  shape.reduce((step, axis) => {
    steps.push(step)
    return step * axis
  }, 1)
  for (let i = 0; i < values.length; i++) {
    let rest = i
    let from = 0
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      from += (rest % shape[axis]) * steps[axis]
      rest = Math.floor(rest / shape[axis])
    }
    ordered[i] = values[from]
  }
  return ordered
}

/** IEEE 754 binary16. */
function half(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1
  const exponent = (bits >> 10) & 0x1f
  const fraction = bits & 0x3ff
  if (exponent === 0) return sign * fraction * 2 ** -24
  if (exponent === 31) return fraction ? NaN : sign * Infinity
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15)
}

function malformed(reason: string): never {
  throw new NidusError('raster-malformed', { format: 'npy', reason })
}
