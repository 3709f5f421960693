import * as nifti from 'nifti-reader-js'
import { NidusError } from '../../contract/errors'
import { maxFramePixels, maxFrames } from '../frame-limits'
import type { FrameFacts, Rescale } from '../image-types'
import { readNiftiAffine } from './read-nifti-affine'
import { readNiftiGeometry, readNiftiSpacing, type NiftiHeader } from './read-nifti-geometry'
import { describeOtherType, voxelTypes, type VoxelType } from './voxel-types'

/** Where headers end and the flag begins that says whether extensions follow. */
const headerBytes = { 1: 348, 2: 540 } as const
const flagBytes = 4

/** How a volume is cut into frames and laid out on the screen. */
export interface NiftiLayout {
  columns: number
  rows: number
  frameCount: number
  voxel: VoxelType
  littleEndian: boolean
  voxelStart: number
  /** of the numbers in the file, where their values are made of several */
  rescale: Rescale | null
  /** in-plane axes are turned so that slices stand as DICOM's do: rows to the left or back, columns to back or feet */
  flipColumns: boolean
  flipRows: boolean
  facts: FrameFacts[]
  warnings: string[]
}

function malformed(reason: string, cause?: unknown): NidusError {
  return new NidusError('raster-malformed', { format: 'nifti', reason }, { cause })
}

function parseHeader(bytes: Uint8Array): { header: NiftiHeader; head: Uint8Array; version: 1 | 2 } {
  const version = bytes[344] === 0x6e && bytes[345] === 0x2b ? 1 : 2
  const head = bytes.slice(0, headerBytes[version] + flagBytes)
  // the library would follow extensions beyond the bytes that it is given
  head.fill(0, headerBytes[version])
  try {
    const header = nifti.readHeader(head.buffer as ArrayBuffer)
    if (!header) throw new Error('it is no NIfTI header')
    return { header, head, version }
  } catch (error) {
    throw malformed(error instanceof Error ? error.message : 'the header cannot be read', error)
  }
}

/**
 * Reads the header and works out where each plane lies in the file and in the patient.
 * @param bytes the file or its first 544 bytes or more
 * @throws NidusError `raster-malformed`, `raster-unsupported`
 */
export function readNiftiLayout(bytes: Uint8Array): NiftiLayout {
  const { header, head, version } = parseHeader(bytes)
  const { littleEndian } = header
  const { columns, rows, slices, volumes } = sizesOf(header)
  const voxel = voxelTypes[header.datatypeCode]
  if (!voxel) {
    const reason = describeOtherType(header.datatypeCode)
    throw new NidusError('raster-unsupported', { format: 'nifti', reason })
  }
  const placed = readNiftiAffine(head, version, littleEndian)
  const geometry = placed && readNiftiGeometry(placed.affine, header, columns, rows)
  const rescale = rescaleOf(header)
  const windows =
    header.cal_max > header.cal_min
      ? [{ center: (header.cal_min + header.cal_max) / 2, width: header.cal_max - header.cal_min }]
      : []
  const spacingMm = geometry?.spacingMm ?? readNiftiSpacing(header)
  const facts = Array.from({ length: slices * volumes }, (_, frame): FrameFacts => {
    return {
      positionMm: geometry?.position(frame % slices) ?? null,
      orientation: geometry?.orientation ?? null,
      spacingMm,
      rescale: voxel.scaledFirst ? null : rescale,
      windows,
      // a time series of one plane is a stack in itself
      stackKey: volumes > 1 && slices > 1 ? String(Math.floor(frame / slices) + 1) : '',
      tells: {},
      orderHint: null
    }
  })
  return {
    columns,
    rows,
    frameCount: slices * volumes,
    voxel,
    littleEndian,
    voxelStart: voxelStartOf(header, version),
    rescale,
    flipColumns: geometry?.flipColumns ?? false,
    // most volumes run from back to front, so that unturned they would lie on their face
    flipRows: geometry?.flipRows ?? true,
    facts,
    warnings: [
      ...(placed
        ? placed.doubts
        : ['the header does not say how the volume lies in the patient: its sides are unknown']),
      ...(voxel.notice ? [voxel.notice] : [])
    ]
  }
}

function sizesOf({ dims }: NiftiHeader) {
  const [, columns = 0, rows = 0, slices = 1, ...further] = dims.slice(0, (dims[0] ?? 0) + 1)
  const volumes = further.reduce((product, size) => product * Math.max(1, size), 1)
  const sizes = [columns, rows, slices, volumes]
  if (!sizes.every((size) => Number.isInteger(size) && size > 0)) {
    throw malformed(`dimensions ${dims.join(' ')}`)
  }
  if (columns * rows > maxFramePixels || slices * volumes > maxFrames) {
    throw malformed(`dimensions ${dims.join(' ')} are too large`)
  }
  return { columns, rows, slices, volumes }
}

/** vox_offset; single files without extensions may leave it at 0. */
function voxelStartOf({ vox_offset: offset }: NiftiHeader, version: 1 | 2): number {
  if (offset === 0) return headerBytes[version] + flagBytes
  if (!Number.isInteger(offset) || offset < headerBytes[version]) {
    throw malformed(`voxels that start at byte ${offset}`)
  }
  return offset
}

/** scl_slope 0 means that voxels are not scaled (nifti1.h). */
function rescaleOf(header: NiftiHeader): Rescale | null {
  const { scl_slope: slope, scl_inter: intercept } = header
  if (!Number.isFinite(slope) || slope === 0 || (slope === 1 && intercept === 0)) return null
  return { slope, intercept: Number.isFinite(intercept) ? intercept : 0, type: '' }
}
