import { NidusError } from '../../contract/errors'

/** Element types of onnx.proto (TensorProto.DataType) that Nidus names. */
export const DataType = {
  float: 1,
  uint8: 2,
  int8: 3,
  uint16: 4,
  int16: 5,
  int32: 6,
  int64: 7,
  string: 8,
  bool: 9,
  float16: 10,
  double: 11,
  uint32: 12,
  uint64: 13,
  bfloat16: 16
} as const

/** A constant: row-major elements as little-endian bytes, exactly as in `raw_data`. */
export interface OnnxTensor {
  dataType: number
  dims: number[]
  raw: Uint8Array
}

const bytesByType: Record<number, number> = {
  1: 4,
  2: 1,
  3: 1,
  4: 2,
  5: 2,
  6: 4,
  7: 8,
  9: 1,
  10: 2,
  11: 8,
  12: 4,
  13: 8,
  16: 2
}

/** Size of one element in bytes. Throws `onnx-malformed` for types without a fixed size that Nidus reads. */
export function bytesPerElement(dataType: number): number {
  const bytes = bytesByType[dataType]
  if (bytes === undefined)
    throw new NidusError('onnx-malformed', { reason: `tensor element type ${dataType} is not supported` })
  return bytes
}

/** True for float32, float64, float16 and bfloat16: the types that carry a gradient. */
export function isFloatType(dataType: number): boolean {
  return dataType === 1 || dataType === 10 || dataType === 11 || dataType === 16
}

/** Product of static dims; 1 for a scalar. */
export function elementCount(dims: readonly number[]): number {
  return dims.reduce((product, dim) => product * dim, 1)
}

/** IEEE half to number. */
export function fromFloat16(bits: number): number {
  const exponent = (bits >> 10) & 31
  const fraction = bits & 1023
  const sign = bits & 0x8000 ? -1 : 1
  if (exponent === 0) return sign * fraction * 2 ** -24
  if (exponent === 31) return fraction ? NaN : sign * Infinity
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15)
}

/** Number to IEEE half, rounded to nearest even; beyond 65504 becomes infinity. */
export function toFloat16(value: number): number {
  if (Number.isNaN(value)) return 0x7e00
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0
  const size = Math.abs(value)
  if (size >= 65520) return sign | 0x7c00
  const exponent = Math.max(-14, Math.floor(Math.log2(size || 1e-30)))
  const steps = size / 2 ** (exponent - 10)
  const floor = Math.floor(steps)
  const rest = steps - floor
  const rounded = rest > 0.5 || (rest === 0.5 && floor % 2 === 1) ? floor + 1 : floor
  // a carry out of the fraction runs into the exponent field, as it should
  return sign | (rounded + (exponent === -14 && rounded < 1024 ? 0 : (exponent + 14) * 1024))
}

const scratch = new DataView(new ArrayBuffer(4))

function toBfloat16(value: number): number {
  scratch.setFloat32(0, value)
  const bits = scratch.getUint32(0)
  if (Number.isNaN(value)) return 0x7fc0
  return ((bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16) & 0xffff
}

/** Elements as numbers, row-major. 64-bit integers beyond 2^53 lose their low bits (only slice sentinels do). */
export function tensorNumbers(tensor: OnnxTensor): Float64Array {
  const count = elementCount(tensor.dims)
  const size = bytesPerElement(tensor.dataType)
  const view = new DataView(tensor.raw.buffer, tensor.raw.byteOffset, tensor.raw.byteLength)
  const numbers = new Float64Array(count)
  for (let index = 0; index < count; index++)
    numbers[index] = readElement(view, index * size, tensor.dataType)
  return numbers
}

function readElement(view: DataView, at: number, dataType: number): number {
  switch (dataType) {
    case 1:
      return view.getFloat32(at, true)
    case 2:
      return view.getUint8(at)
    case 3:
      return view.getInt8(at)
    case 4:
      return view.getUint16(at, true)
    case 5:
      return view.getInt16(at, true)
    case 6:
      return view.getInt32(at, true)
    case 7:
      return Number(view.getBigInt64(at, true))
    case 9:
      return view.getUint8(at) ? 1 : 0
    case 10:
      return fromFloat16(view.getUint16(at, true))
    case 11:
      return view.getFloat64(at, true)
    case 12:
      return view.getUint32(at, true)
    case 13:
      return Number(view.getBigUint64(at, true))
    default:
      scratch.setUint32(0, view.getUint16(at, true) << 16)
      return scratch.getFloat32(0)
  }
}

const int64Max = 2n ** 63n - 1n
const int64Min = -(2n ** 63n)

function toInt64(value: number): bigint {
  const wide = BigInt(Math.trunc(value))
  return wide > int64Max ? int64Max : wide < int64Min ? int64Min : wide
}

/** Builds a tensor from numbers in row-major order, rounded to the element type. */
export function tensorOf(dataType: number, dims: readonly number[], numbers: ArrayLike<number>): OnnxTensor {
  const size = bytesPerElement(dataType)
  const raw = new Uint8Array(numbers.length * size)
  const view = new DataView(raw.buffer)
  for (let index = 0; index < numbers.length; index++)
    writeElement(view, index * size, dataType, numbers[index]!)
  return { dataType, dims: [...dims], raw }
}

function writeElement(view: DataView, at: number, dataType: number, value: number): void {
  switch (dataType) {
    case 1:
      return view.setFloat32(at, value, true)
    case 2:
      return view.setUint8(at, value)
    case 3:
      return view.setInt8(at, value)
    case 4:
      return view.setUint16(at, value, true)
    case 5:
      return view.setInt16(at, value, true)
    case 6:
      return view.setInt32(at, value, true)
    case 7:
      return view.setBigInt64(at, toInt64(value), true)
    case 9:
      return view.setUint8(at, value ? 1 : 0)
    case 10:
      return view.setUint16(at, toFloat16(value), true)
    case 11:
      return view.setFloat64(at, value, true)
    case 12:
      return view.setUint32(at, value, true)
    case 13:
      return view.setBigUint64(at, BigInt(Math.trunc(value)), true)
    default:
      return view.setUint16(at, toBfloat16(value), true)
  }
}
