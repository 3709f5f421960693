import { NidusError } from '../../contract/errors'
import type { ImageHeader, OpenedImage, PixelArray, StoredFrame } from '../image-types'
import { plainHeader } from '../plain-header'
import { readNiftiLayout, type NiftiLayout } from './read-nifti-layout'

/**
 * Opens a NIfTI-1 or NIfTI-2 volume (.nii): each plane of the third axis is a frame, volumes of a time series follow
 * one another. Geometry comes from sform or qform, turned from RAS+ to the patient's LPS mm; planes are mirrored, not
 * turned, so that they stand upright as DICOM slices do.
 * @param bytes the whole file, kept by reference
 * @throws NidusError `raster-malformed`, `raster-unsupported`; `readFrame` throws `raster-malformed` past the end
 */
export function openNifti(bytes: Uint8Array): OpenedImage {
  const { header, layout } = readNifti(bytes)
  return {
    format: 'nifti',
    header,
    frameCount: header.frameCount,
    byteLength: bytes.length,
    async readFrame(frame) {
      if (!Number.isInteger(frame) || frame < 0 || frame >= header.frameCount) {
        throw new NidusError('frame-out-of-range', { reason: `frame ${frame} of ${header.frameCount}` })
      }
      return readPlane(bytes, frame, layout)
    }
  }
}

/**
 * Header facts of a NIfTI volume.
 * @param bytes the file or its first 544 bytes or more
 * @throws NidusError `raster-malformed`, `raster-unsupported`
 */
export function readNiftiHeader(bytes: Uint8Array): ImageHeader {
  return readNifti(bytes).header
}

function readNifti(bytes: Uint8Array): { header: ImageHeader; layout: NiftiLayout } {
  const layout = readNiftiLayout(bytes)
  const { rows, columns, frameCount, voxel } = layout
  const header = plainHeader({
    format: 'nifti',
    rows,
    columns,
    frameCount,
    color: voxel.samples === 3,
    bitsAllocated: voxel.bytes * 8,
    signed: voxel.signed,
    sampleType: voxel.sampleType,
    pixelsStartAt: layout.voxelStart,
    frames: layout.facts
  })
  if (voxel.rounded) {
    header.warnings.push('64-bit integers are read as floating point numbers: beyond 2^53 they are rounded')
  }
  return { header, layout }
}

function readPlane(bytes: Uint8Array, frame: number, layout: NiftiLayout): StoredFrame {
  const { rows, columns, voxel } = layout
  const planeBytes = rows * columns * voxel.samples * voxel.bytes
  const start = layout.voxelStart + frame * planeBytes
  if (start + planeBytes > bytes.length) {
    throw new NidusError('raster-malformed', { format: 'nifti', reason: 'the file ends inside its voxels' })
  }
  const own = bytes.slice(start, start + planeBytes)
  if (!layout.littleEndian && voxel.bytes > 1) {
    for (let at = 0; at < own.length; at += voxel.bytes) own.subarray(at, at + voxel.bytes).reverse()
  }
  const values = mirror(voxel.view(own.buffer), layout)
  const photometricInterpretation = voxel.samples === 3 ? 'RGB' : 'MONOCHROME2'
  return { rows, columns, samplesPerPixel: voxel.samples, values, photometricInterpretation }
}

function mirror(values: PixelArray, layout: NiftiLayout): PixelArray {
  const { rows, columns, flipRows, flipColumns } = layout
  if (!flipRows && !flipColumns) return values
  const { samples } = layout.voxel
  const out = values.slice()
  for (let row = 0; row < rows; row++) {
    const fromRow = (flipRows ? rows - 1 - row : row) * columns
    for (let column = 0; column < columns; column++) {
      const from = (fromRow + (flipColumns ? columns - 1 - column : column)) * samples
      const to = (row * columns + column) * samples
      for (let sample = 0; sample < samples; sample++) out[to + sample] = values[from + sample] as number
    }
  }
  return out
}
