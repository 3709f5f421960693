import { NidusError } from '../../contract/errors'
import { fillMissing, isWorthShowing } from '../fill-missing'
import type { ImageHeader, OpenedImage, PixelArray, StoredFrame } from '../image-types'
import { plainHeader } from '../plain-header'
import { readNiftiLayout, type NiftiLayout } from './read-nifti-layout'

/**
 * Opens a NIfTI-1 or NIfTI-2 volume (.nii): each plane of the third axis is a frame, volumes of a time series follow
 * one another. Geometry comes from sform or qform, turned from RAS+ to the patient's LPS mm; planes are mirrored, not
 * turned, so that they stand upright as DICOM slices do.
 * @param bytes the whole file, kept by reference
 * @throws NidusError `raster-malformed`, `raster-unsupported`; `readFrame` throws `raster-malformed` past the end, unless a
 *   partial frame is asked for and something of it is there
 */
export function openNifti(bytes: Uint8Array): OpenedImage {
  const { header, layout } = readNifti(bytes)
  return {
    format: 'nifti',
    header,
    frameCount: header.frameCount,
    byteLength: bytes.length,
    async readFrame(frame, { partial = false } = {}) {
      if (!Number.isInteger(frame) || frame < 0 || frame >= header.frameCount) {
        throw new NidusError('frame-out-of-range', { reason: `frame ${frame} of ${header.frameCount}` })
      }
      return readPlane(bytes, frame, layout, partial ? header : null)
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
    // where not all that lies in the file is kept, its size says otherwise how many frames are whole
    pixelsStartAt: voxel.numbers === voxel.samples ? layout.voxelStart : null,
    frames: layout.facts
  })
  header.warnings.push(...layout.warnings)
  return { header, layout }
}

/** @param forPartial the header, where a plane that the file ends in is filled up instead of refused */
function readPlane(
  bytes: Uint8Array,
  frame: number,
  layout: NiftiLayout,
  forPartial: ImageHeader | null
): StoredFrame {
  const { rows, columns, voxel } = layout
  const planeBytes = rows * columns * voxel.numbers * voxel.bytes
  const start = layout.voxelStart + frame * planeBytes
  const missing = Math.min(planeBytes, Math.max(0, start + planeBytes - bytes.length))
  if (missing > 0 && !(forPartial && isWorthShowing(planeBytes - missing, forPartial))) {
    throw new NidusError('raster-malformed', { format: 'nifti', reason: 'the file ends inside its voxels' })
  }
  const own = new Uint8Array(planeBytes)
  own.set(bytes.subarray(start, start + planeBytes))
  if (!layout.littleEndian && voxel.bytes > 1) {
    for (let at = 0; at < own.length; at += voxel.bytes) own.subarray(at, at + voxel.bytes).reverse()
  }
  const values = voxel.view(own.buffer, layout.rescale)
  const photometricInterpretation = voxel.samples === 3 ? 'RGB' : 'MONOCHROME2'
  const stored = { rows, columns, samplesPerPixel: voxel.samples, values, photometricInterpretation }
  const missingOfRead = (missing * voxel.samples) / voxel.numbers
  const filled = missing > 0 && forPartial ? fillMissing(stored, missingOfRead, forPartial) : stored
  return {
    ...filled,
    values: mirror(filled.values, layout, voxel.samples),
    rounded: isRounded(values, voxel)
  }
}

/** Integers of 64 bits are exact in floating point numbers up to 2^53. */
function isRounded(values: PixelArray, { wide }: NiftiLayout['voxel']): boolean {
  return wide === true && (values as Float64Array).some((value) => Math.abs(value) > Number.MAX_SAFE_INTEGER)
}

function mirror(values: PixelArray, layout: NiftiLayout, samples: number): PixelArray {
  const { rows, columns, flipRows, flipColumns } = layout
  if (!flipRows && !flipColumns) return values
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
