import type { ImageHeader, PixelArray } from '../image-types'

/** One datatype: bytes a sample, samples a voxel, and how its bytes become values. */
export interface VoxelType {
  bytes: number
  samples: number
  sampleType: ImageHeader['sampleType']
  signed: boolean
  /** integers beyond 2^53 lose their last digits */
  rounded?: true
  view: (buffer: ArrayBuffer) => PixelArray
}

const integer = { samples: 1, sampleType: 'integer', signed: false } as const
const real = { samples: 1, signed: false } as const

/** NIfTI datatype codes (nifti1.h) that pixels can come in. */
export const voxelTypes: Record<number, VoxelType> = {
  2: { ...integer, bytes: 1, view: (buffer) => new Uint8Array(buffer) },
  4: { ...integer, bytes: 2, signed: true, view: (buffer) => new Int16Array(buffer) },
  8: { ...integer, bytes: 4, signed: true, view: (buffer) => new Int32Array(buffer) },
  16: { ...real, bytes: 4, sampleType: 'float32', view: (buffer) => new Float32Array(buffer) },
  64: { ...real, bytes: 8, sampleType: 'float64', view: (buffer) => new Float64Array(buffer) },
  128: { ...integer, bytes: 1, samples: 3, view: (buffer) => new Uint8Array(buffer) },
  256: { ...integer, bytes: 1, signed: true, view: (buffer) => new Int8Array(buffer) },
  512: { ...integer, bytes: 2, view: (buffer) => new Uint16Array(buffer) },
  768: { ...integer, bytes: 4, view: (buffer) => new Uint32Array(buffer) },
  // no array of plain numbers holds these
  1024: {
    ...real,
    bytes: 8,
    sampleType: 'float64',
    rounded: true,
    view: (buffer) => Float64Array.from(new BigInt64Array(buffer), Number)
  },
  1280: {
    ...real,
    bytes: 8,
    sampleType: 'float64',
    rounded: true,
    view: (buffer) => Float64Array.from(new BigUint64Array(buffer), Number)
  },
  2304: { ...integer, bytes: 1, samples: 4, view: (buffer) => new Uint8Array(buffer) }
}

const otherTypes: Record<number, string> = {
  1: 'single bits',
  32: 'complex numbers',
  1536: 'floating point numbers of 128 bits',
  1792: 'complex numbers',
  2048: 'complex numbers'
}

/** What voxels that can not be shown are, in words. */
export function describeOtherType(datatypeCode: number): string {
  return otherTypes[datatypeCode]
    ? `voxels that are ${otherTypes[datatypeCode]}`
    : `voxels of an unknown datatype, ${datatypeCode}`
}
