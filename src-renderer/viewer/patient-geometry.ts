import type { Slice } from '../../src-main/contract/study'
import type { Point } from './viewport-geometry'

/** Patient coordinates: LPS millimetres (DICOM PS3.3 C.7.6.2.1.1). */
export type PatientPoint = readonly [x: number, y: number, z: number]

/** What a slice must say of itself to lie anywhere in the patient. */
export type SlicePlane = Pick<Slice, 'positionMm' | 'orientation' | 'spacingMm' | 'rows' | 'columns'>

interface Frame {
  origin: PatientPoint
  along: PatientPoint
  down: PatientPoint
  normal: PatientPoint
  spacing: readonly [row: number, column: number]
}

/** Whether a slice says where it lies. */
export function liesInPatient(slice: SlicePlane): boolean {
  return frameOf(slice) !== null
}

/**
 * A source pixel (from the outer corner of the first) in the patient. Image Position is the centre of the first pixel,
 * hence the half pixel (PS3.3 C.7.6.2.1.1, equation C.7.6.2.1-1). Null where the slice does not say where it lies.
 */
export function pixelToPatient(slice: SlicePlane, { x, y }: Point): PatientPoint | null {
  const frame = frameOf(slice)
  if (!frame) return null
  const across = (x - 0.5) * frame.spacing[1]
  const down = (y - 0.5) * frame.spacing[0]
  return [0, 1, 2].map(
    (axis) =>
      (frame.origin[axis] as number) +
      across * (frame.along[axis] as number) +
      down * (frame.down[axis] as number)
  ) as unknown as PatientPoint
}

/** The source pixel nearest to a patient point, and how far in front of the slice the point lies (mm, along its normal). */
export function patientToPixel(
  slice: SlicePlane,
  point: PatientPoint
): { pixel: Point; distanceMm: number } | null {
  const frame = frameOf(slice)
  if (!frame) return null
  const way = minus(point, frame.origin)
  return {
    pixel: {
      x: dot(way, frame.along) / frame.spacing[1] + 0.5,
      y: dot(way, frame.down) / frame.spacing[0] + 0.5
    },
    distanceMm: dot(way, frame.normal)
  }
}

/** Angle between the planes of two slices, degrees from 0 to 90; 90 where one does not say how it lies. */
export function angleBetween(slice: SlicePlane, other: SlicePlane): number {
  const [mine, its] = [frameOf(slice), frameOf(other)]
  if (!mine || !its) return 90
  const across = Math.hypot(...cross(mine.normal, its.normal))
  return (Math.atan2(across, Math.abs(dot(mine.normal, its.normal))) * 180) / Math.PI
}

/** The middle of a slice in the patient. */
export function centreOf(slice: SlicePlane): PatientPoint | null {
  return pixelToPatient(slice, { x: slice.columns / 2, y: slice.rows / 2 })
}

/**
 * The slice whose plane is nearest to a patient point.
 * @returns its index and the distance in mm; null where no slice says where it lies
 */
export function nearestSlice(
  slices: readonly SlicePlane[],
  point: PatientPoint
): { index: number; distanceMm: number } | null {
  let best: { index: number; distanceMm: number } | null = null
  for (const [index, slice] of slices.entries()) {
    const frame = frameOf(slice)
    if (!frame) continue
    const distanceMm = Math.abs(dot(minus(point, frame.origin), frame.normal))
    if (!best || distanceMm < best.distanceMm) best = { index, distanceMm }
  }
  return best
}

/**
 * Where another slice cuts this one: the piece of the common line that lies inside the other's image, in source pixels
 * of this slice. Null where the planes are parallel within 5 degrees or do not meet inside the other image.
 */
export function referenceLine(slice: SlicePlane, other: SlicePlane): [Point, Point] | null {
  const mine = frameOf(slice)
  const its = frameOf(other)
  if (!mine || !its) return null
  const direction = cross(mine.normal, its.normal)
  // the sine of the angle between the planes
  if (Math.hypot(...direction) < Math.sin((5 * Math.PI) / 180)) return null
  // edges of the other image, cut with this plane
  const corners = [
    { x: 0, y: 0 },
    { x: other.columns, y: 0 },
    { x: other.columns, y: other.rows },
    { x: 0, y: other.rows }
  ].map((corner) => pixelToPatient(other, corner) as PatientPoint)
  const heights = corners.map((corner) => dot(minus(corner, mine.origin), mine.normal))
  const cuts: Point[] = []
  for (let i = 0; i < 4; i++) {
    const [from, to] = [heights[i] as number, heights[(i + 1) % 4] as number]
    if (from >= 0 === to >= 0) continue
    const share = from / (from - to)
    const [a, b] = [corners[i] as PatientPoint, corners[(i + 1) % 4] as PatientPoint]
    const cut = [0, 1, 2].map(
      (axis) => (a[axis] as number) + share * ((b[axis] as number) - (a[axis] as number))
    )
    cuts.push((patientToPixel(slice, cut as unknown as PatientPoint) as { pixel: Point }).pixel)
  }
  return cuts.length === 2 ? [cuts[0] as Point, cuts[1] as Point] : null
}

function frameOf({ positionMm, orientation, spacingMm }: SlicePlane): Frame | null {
  if (!positionMm || !spacingMm || orientation?.length !== 6) return null
  const along = orientation.slice(0, 3) as unknown as PatientPoint
  const down = orientation.slice(3, 6) as unknown as PatientPoint
  const normal = cross(along, down)
  const length = Math.hypot(...normal)
  if (!(length > 0.5)) return null
  return {
    origin: positionMm,
    along,
    down,
    normal: normal.map((part) => part / length) as unknown as PatientPoint,
    spacing: spacingMm
  }
}

const dot = (a: PatientPoint, b: PatientPoint): number => a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
const minus = (a: PatientPoint, b: PatientPoint): PatientPoint => [a[0] - b[0], a[1] - b[1], a[2] - b[2]]
const cross = (a: PatientPoint, b: PatientPoint): PatientPoint => [
  a[1] * b[2] - a[2] * b[1],
  a[2] * b[0] - a[0] * b[2],
  a[0] * b[1] - a[1] * b[0]
]
