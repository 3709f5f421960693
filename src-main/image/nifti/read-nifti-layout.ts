import * as nifti from 'nifti-reader-js'
import { NidusError } from '../../contract/errors'
import type { FrameFacts, ImageHeader, PixelArray } from '../image-types'
import { readNiftiGeometry, readNiftiSpacing, type NiftiHeader } from './read-nifti-geometry'

/** The longest header: NIfTI-2 with its extension flag. */
const headerBytes = 544

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

/** NIfTI datatype codes (nifti1.h) that pixels can come in; complex ones are not among them. */
const voxelTypes: Record<number, VoxelType> = {
  2: { bytes: 1, samples: 1, sampleType: 'integer', signed: false, view: (buffer) => new Uint8Array(buffer) },
  4: { bytes: 2, samples: 1, sampleType: 'integer', signed: true, view: (buffer) => new Int16Array(buffer) },
  8: { bytes: 4, samples: 1, sampleType: 'integer', signed: true, view: (buffer) => new Int32Array(buffer) },
  16: {
    bytes: 4,
    samples: 1,
    sampleType: 'float32',
    signed: false,
    view: (buffer) => new Float32Array(buffer)
  },
  64: {
    bytes: 8,
    samples: 1,
    sampleType: 'float64',
    signed: false,
    view: (buffer) => new Float64Array(buffer)
  },
  128: {
    bytes: 1,
    samples: 3,
    sampleType: 'integer',
    signed: false,
    view: (buffer) => new Uint8Array(buffer)
  },
  256: { bytes: 1, samples: 1, sampleType: 'integer', signed: true, view: (buffer) => new Int8Array(buffer) },
  512: {
    bytes: 2,
    samples: 1,
    sampleType: 'integer',
    signed: false,
    view: (buffer) => new Uint16Array(buffer)
  },
  768: {
    bytes: 4,
    samples: 1,
    sampleType: 'integer',
    signed: false,
    view: (buffer) => new Uint32Array(buffer)
  },
  // no array of plain numbers holds these
  1024: {
    bytes: 8,
    samples: 1,
    sampleType: 'float64',
    signed: false,
    rounded: true,
    view: (buffer) => Float64Array.from(new BigInt64Array(buffer), Number)
  },
  1280: {
    bytes: 8,
    samples: 1,
    sampleType: 'float64',
    signed: false,
    rounded: true,
    view: (buffer) => Float64Array.from(new BigUint64Array(buffer), Number)
  }
}

/** How a volume is cut into frames and laid out on the screen. */
export interface NiftiLayout {
  columns: number
  rows: number
  slices: number
  frameCount: number
  voxel: VoxelType
  littleEndian: boolean
  voxelStart: number
  /** in-plane axes are turned so that slices stand as DICOM's do: rows to the left or back, columns to back or feet */
  flipColumns: boolean
  flipRows: boolean
  facts: FrameFacts[]
}

function parseHeader(bytes: Uint8Array): NiftiHeader {
  const head = bytes.slice(0, headerBytes).buffer
  try {
    const header = nifti.readHeader(head)
    if (!header) throw new Error('it is no NIfTI header')
    return header
  } catch (error) {
    const reason = error instanceof Error ? error.message : 'the header cannot be read'
    throw new NidusError('raster-malformed', { format: 'nifti', reason }, { cause: error })
  }
}

/**
 * Reads the header and works out where each plane lies in the file and in the patient.
 * @param bytes the file or its first 544 bytes or more
 * @throws NidusError `raster-malformed`, `raster-unsupported`
 */
export function readNiftiLayout(bytes: Uint8Array): NiftiLayout {
  const header = parseHeader(bytes)

  const { dims, datatypeCode, littleEndian, vox_offset: voxelStart } = header
  const [, columns = 0, rows = 0, slices = 1, ...further] = dims.slice(0, (dims[0] ?? 0) + 1)
  const volumes = further.reduce((product, size) => product * Math.max(1, size), 1)
  const sizes = [columns, rows, slices, volumes]
  if (
    !sizes.every((size) => Number.isInteger(size) && size > 0) ||
    columns * rows * slices * volumes > 2 ** 33
  ) {
    throw new NidusError('raster-malformed', { format: 'nifti', reason: `dimensions ${dims.join(' ')}` })
  }
  const voxel = voxelTypes[datatypeCode]
  if (!voxel)
    throw new NidusError('raster-unsupported', { format: 'nifti', reason: `datatype ${datatypeCode}` })
  const geometry = readNiftiGeometry(header, columns, rows)
  const rescale = rescaleOf(header)
  const window =
    header.cal_max > header.cal_min
      ? [{ center: (header.cal_min + header.cal_max) / 2, width: header.cal_max - header.cal_min }]
      : []
  const facts = Array.from({ length: slices * volumes }, (_, frame): FrameFacts => {
    const slice = frame % slices
    return {
      positionMm: geometry?.position(slice) ?? null,
      orientation: geometry?.orientation ?? null,
      spacingMm: geometry?.spacingMm ?? readNiftiSpacing(header),
      rescale,
      windows: window,
      // a time series of one plane is a stack in itself
      stackKey: volumes > 1 && slices > 1 ? String(Math.floor(frame / slices) + 1) : '',
      tells: {},
      orderHint: null
    }
  })
  return {
    columns,
    rows,
    slices,
    frameCount: slices * volumes,
    voxel,
    littleEndian,
    voxelStart,
    flipColumns: geometry?.flipColumns ?? false,
    flipRows: geometry?.flipRows ?? false,
    facts
  }
}

/** scl_slope 0 means that voxels are not scaled (nifti1.h). */
function rescaleOf(header: NiftiHeader): FrameFacts['rescale'] {
  const { scl_slope: slope, scl_inter: intercept } = header
  if (!Number.isFinite(slope) || slope === 0 || (slope === 1 && intercept === 0)) return null
  return { slope, intercept: Number.isFinite(intercept) ? intercept : 0, type: '' }
}
