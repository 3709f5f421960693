import { concat } from './build-dicom'

/** What a generated volume says of itself; what is left out is 0, as in a header that nobody filled. */
export interface NiftiSpec {
  /** voxels along the axes: one to seven numbers */
  size: number[]
  /** datatype code (nifti1.h) */
  datatype: number
  /** as they stand in the file, in its byte order */
  voxels: Uint8Array
  bigEndian?: boolean
  /** pixdim[1..], mm; 1 where left out */
  spacing?: number[]
  /** pixdim[0] */
  qfac?: number
  qformCode?: number
  /** b, c, d */
  quaternion?: [number, number, number]
  qoffset?: [number, number, number]
  sformCode?: number
  /** rows of the affine, RAS+ mm */
  sform?: number[][]
  xyztUnits?: number
  intentCode?: number
  slope?: number
  intercept?: number
  /** bitpix, which readers know from the datatype */
  bits?: number
  /** vox_offset, wherever the voxels are; 352 where left out */
  voxelStart?: number
  /** cal_min, cal_max */
  shown?: [low: number, high: number]
}

/** A NIfTI-1 single file by nifti1.h, field by field, without extensions. */
export function buildNifti(spec: NiftiSpec): Uint8Array {
  const little = !spec.bigEndian
  const head = new DataView(new ArrayBuffer(352))
  const shorts = (at: number, ...values: number[]): void =>
    values.forEach((value, i) => head.setInt16(at + 2 * i, value, little))
  const floats = (at: number, ...values: number[]): void =>
    values.forEach((value, i) => head.setFloat32(at + 4 * i, value, little))
  head.setInt32(0, 348, little) // sizeof_hdr
  shorts(40, spec.size.length, ...spec.size, ...new Array<number>(7 - spec.size.length).fill(1)) // dim
  shorts(68, spec.intentCode ?? 0)
  shorts(70, spec.datatype, spec.bits ?? 0)
  floats(76, spec.qfac ?? 1, ...(spec.spacing ?? spec.size.map(() => 1))) // pixdim
  floats(108, spec.voxelStart ?? 352) // vox_offset
  floats(112, spec.slope ?? 0, spec.intercept ?? 0)
  head.setUint8(123, spec.xyztUnits ?? 0)
  floats(124, spec.shown?.[1] ?? 0, spec.shown?.[0] ?? 0) // cal_max, cal_min
  shorts(252, spec.qformCode ?? 0, spec.sformCode ?? 0)
  floats(256, ...(spec.quaternion ?? [0, 0, 0]), ...(spec.qoffset ?? [0, 0, 0]))
  floats(280, ...(spec.sform ?? []).flat())
  ;[0x6e, 0x2b, 0x31, 0].forEach((byte, i) => head.setUint8(344 + i, byte)) // n+1
  return concat(new Uint8Array(head.buffer), spec.voxels)
}
