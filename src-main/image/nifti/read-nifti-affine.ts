/** Where voxels lie: three rows of four numbers, voxel indices to RAS+ in the header's unit (nifti1.h). */
export type Affine = number[][]

/** Axes that lean against each other by more are no rounding. */
const mostShearDegrees = 1

/** Byte offsets of what an affine is made of; NIfTI-1 has 16-bit codes and 32-bit floats, NIfTI-2 twice as wide ones. */
const layouts = {
  1: { width: 4, pixdim: 76, qformCode: 252, sformCode: 254, quaternion: 256, offset: 268, rows: 280 },
  2: { width: 8, pixdim: 104, qformCode: 344, sformCode: 348, quaternion: 352, offset: 376, rows: 400 }
} as const

/**
 * The affine of a header: the sform's where it has a code and three directions, else the qform's (nifti1.h, methods 3
 * and 2). nifti-reader-js takes whichever has the higher code, and no qform of NIfTI-2.
 * @param bytes the header, 348 bytes of NIfTI-1 or 540 of NIfTI-2
 * @returns with what is doubtful about it; null where the header has neither: then nothing is known of the patient's sides
 */
export function readNiftiAffine(
  bytes: Uint8Array,
  version: 1 | 2,
  littleEndian: boolean
): { affine: Affine; doubts: string[] } | null {
  const { sform, qform } = readForms(bytes, version, littleEndian)
  const affine = sform ?? qform
  if (!affine) return null
  const doubts: string[] = []
  if (sform && qform && volumeOf(sform) > 0 !== volumeOf(qform) > 0)
    doubts.push(
      'its two positions in the patient, qform and sform, contradict each other on left and right: the sform is taken'
    )
  if (leastAngleDegrees(affine) < 90 - mostShearDegrees)
    doubts.push('its axes are not at right angles: distances and angles that are measured are wrong')
  return { affine, doubts }
}

function readForms(
  bytes: Uint8Array,
  version: 1 | 2,
  littleEndian: boolean
): { sform: Affine | null; qform: Affine | null } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const { width, pixdim, qformCode, sformCode, quaternion, offset, rows } = layouts[version]
  const float = (at: number, index: number): number =>
    width === 4
      ? view.getFloat32(at + 4 * index, littleEndian)
      : view.getFloat64(at + 8 * index, littleEndian)
  const code = (at: number): number =>
    width === 4 ? view.getInt16(at, littleEndian) : view.getInt32(at, littleEndian)
  const sform = [0, 4, 8].map((start) => [0, 1, 2, 3].map((column) => float(rows, start + column)))
  const rotation = rotationOf(float(quaternion, 0), float(quaternion, 1), float(quaternion, 2))
  const handedness = float(pixdim, 0) < 0 ? -1 : 1
  const sizes = [float(pixdim, 1), float(pixdim, 2), float(pixdim, 3) * handedness]
  const qform = rotation.map((row, at) => [
    ...row.map((value, column) => value * (sizes[column] as number)),
    float(offset, at)
  ])
  return {
    sform: code(sformCode) > 0 && hasThreeDirections(sform) ? sform : null,
    qform: code(qformCode) > 0 && hasThreeDirections(qform) ? qform : null
  }
}

/** The rotation of a unit quaternion of which a is left out, as it follows from the others. */
function rotationOf(b: number, c: number, d: number): number[][] {
  // rounding lets half turns have a sum beyond 1, of which no root is to be taken
  const rest = 1 - (b * b + c * c + d * d)
  const a = Math.sqrt(Math.max(0, rest))
  const scale = rest < 0 ? 1 / Math.hypot(b, c, d) : 1
  const [x, y, z] = [b * scale, c * scale, d * scale]
  return [
    [a * a + x * x - y * y - z * z, 2 * (x * y - a * z), 2 * (x * z + a * y)],
    [2 * (x * y + a * z), a * a + y * y - x * x - z * z, 2 * (y * z - a * x)],
    [2 * (x * z - a * y), 2 * (y * z + a * x), a * a + z * z - x * x - y * y]
  ]
}

/** Of a voxel, below 0 where its axes are left-handed. */
function volumeOf(affine: Affine): number {
  const [[a, b, c], [d, e, f], [g, h, i]] = affine as [number[], number[], number[]] as [
    [number, number, number],
    [number, number, number],
    [number, number, number]
  ]
  return a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g)
}

function hasThreeDirections(affine: Affine): boolean {
  return affine.flat().every(Number.isFinite) && volumeOf(affine) !== 0
}

/** The smallest angle between two of the axes. */
function leastAngleDegrees(affine: Affine): number {
  const axes = [0, 1, 2].map((axis) => affine.map((row) => row[axis] as number))
  const cosines = [0, 1, 2].map((at) => {
    const [one, other] = [axes[at] as number[], axes[(at + 1) % 3] as number[]]
    const product = one.reduce((sum, value, index) => sum + value * (other[index] as number), 0)
    return Math.abs(product) / (Math.hypot(...one) * Math.hypot(...other))
  })
  return (Math.acos(Math.min(1, Math.max(...cosines))) * 180) / Math.PI
}
