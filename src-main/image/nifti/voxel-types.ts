import type { ImageHeader, PixelArray, Rescale } from '../image-types'

/** One datatype: how its bytes lie in the file, and how they become values. */
export interface VoxelType {
  /** of a number */
  bytes: number
  /** numbers a voxel in the file */
  numbers: number
  /** samples a voxel once it is read */
  samples: 1 | 3
  sampleType: ImageHeader['sampleType']
  signed: boolean
  /** integers that come as floating point numbers, which hold those up to 2^53 exactly */
  wide?: true
  /** what a reader should know of the values */
  notice?: string
  /** slope and intercept count for the numbers, not for what is made of them */
  scaledFirst?: true
  /** @param rescale for those that are `scaledFirst` */
  view: (buffer: ArrayBuffer, rescale: Rescale | null) => PixelArray
}

const integer = { numbers: 1, samples: 1, sampleType: 'integer', signed: false } as const
const real = { numbers: 1, samples: 1, signed: false } as const
const complex = {
  numbers: 2,
  samples: 1,
  signed: false,
  scaledFirst: true,
  notice: 'the voxels are complex numbers: their magnitudes are shown'
} as const

/** NIfTI datatype codes (nifti1.h) that pixels can come in. */
export const voxelTypes: Record<number, VoxelType> = {
  2: { ...integer, bytes: 1, view: (buffer) => new Uint8Array(buffer) },
  4: { ...integer, bytes: 2, signed: true, view: (buffer) => new Int16Array(buffer) },
  8: { ...integer, bytes: 4, signed: true, view: (buffer) => new Int32Array(buffer) },
  16: { ...real, bytes: 4, sampleType: 'float32', view: (buffer) => new Float32Array(buffer) },
  32: {
    ...complex,
    bytes: 4,
    sampleType: 'float32',
    view: (buffer, rescale) => magnitudes(new Float32Array(buffer), rescale)
  },
  64: { ...real, bytes: 8, sampleType: 'float64', view: (buffer) => new Float64Array(buffer) },
  128: { ...integer, bytes: 1, numbers: 3, samples: 3, view: (buffer) => new Uint8Array(buffer) },
  256: { ...integer, bytes: 1, signed: true, view: (buffer) => new Int8Array(buffer) },
  512: { ...integer, bytes: 2, view: (buffer) => new Uint16Array(buffer) },
  768: { ...integer, bytes: 4, view: (buffer) => new Uint32Array(buffer) },
  // no array of plain numbers holds all of these
  1024: {
    ...real,
    bytes: 8,
    sampleType: 'float64',
    wide: true,
    view: (buffer) => Float64Array.from(new BigInt64Array(buffer), Number)
  },
  1280: {
    ...real,
    bytes: 8,
    sampleType: 'float64',
    wide: true,
    view: (buffer) => Float64Array.from(new BigUint64Array(buffer), Number)
  },
  1792: {
    ...complex,
    bytes: 8,
    sampleType: 'float64',
    view: (buffer, rescale) => magnitudes(new Float64Array(buffer), rescale)
  },
  2304: {
    ...integer,
    bytes: 1,
    numbers: 4,
    samples: 3,
    view: (buffer) => withoutAlpha(new Uint8Array(buffer))
  }
}

const otherTypes: Record<number, string> = {
  1: 'single bits',
  1536: 'floating point numbers of 128 bits',
  2048: 'complex numbers of 256 bits'
}

/** What voxels that can not be shown are, in words. */
export function describeOtherType(datatypeCode: number): string {
  return otherTypes[datatypeCode]
    ? `voxels that are ${otherTypes[datatypeCode]}`
    : `voxels of an unknown datatype, ${datatypeCode}`
}

/** Of real and imaginary parts by turns; the intercept is a real number and moves real parts alone. */
function magnitudes<T extends Float32Array | Float64Array>(parts: T, rescale: Rescale | null): T {
  const { slope, intercept } = rescale ?? { slope: 1, intercept: 0 }
  const out = parts.slice(0, parts.length / 2) as T
  for (let at = 0; at < out.length; at++) {
    const [a, b] = [parts[2 * at] as number, parts[2 * at + 1] as number]
    out[at] = Math.hypot(a * slope + intercept, b * slope)
  }
  return out
}

function withoutAlpha(rgba: Uint8Array): Uint8Array {
  const rgb = new Uint8Array((rgba.length / 4) * 3)
  for (let from = 0, to = 0; from < rgba.length; from += 4, to += 3)
    rgb.set(rgba.subarray(from, from + 3), to)
  return rgb
}
