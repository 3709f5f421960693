import type { Series } from '../contract/study'
import { compareNaturally, sortNaturally } from './natural-order'

/** What ordering needs to know of one frame. */
export interface SortableFrame {
  path: string
  frame: number
  positionMm: [number, number, number] | null
  orientation: number[] | null
  instanceNumber: number | null
  sliceLocationMm: number | null
  triggerTimeMs: number | null
  temporalPosition: number | null
  orderHint: number[] | null
}

/** The order found and how it was found. */
export interface SortedFrames<F> {
  frames: F[]
  /** distance of each frame's position along the stack's normal, in the same order; null without positions */
  distancesMm: (number | null)[]
  orderedBy: Series['orderedBy']
  /** in plain words, where position could not be used */
  fallback: string | null
}

/** Positions closer than this are one place: header text carries about six digits. */
const samePlaceMm = 1e-3

/**
 * Distance of a position along the slice normal: the normal is row direction x column direction (PS3.3 C.7.6.2.1.1).
 * @param orientation six direction cosines
 * @param positionMm patient LPS
 */
export function distanceAlongNormal(orientation: number[], positionMm: [number, number, number]): number {
  const [rx, ry, rz, cx, cy, cz] = orientation as [number, number, number, number, number, number]
  const [x, y, z] = positionMm
  const normal = [ry * cz - rz * cy, rz * cx - rx * cz, rx * cy - ry * cx] as const
  // cosines that were rounded, or never were any, would stretch distances
  const length = Math.hypot(...normal) || 1
  return (normal[0] * x + normal[1] * y + normal[2] * z) / length
}

/**
 * Puts the frames of one stack in anatomical order: ascending position along the slice normal. Where positions
 * are missing or all alike, falls back on slice location, trigger time, temporal position, the frames' own indices, instance number
 * and at last the file name, and says so.
 */
export function sortSlices<F extends SortableFrame>(frames: F[]): SortedFrames<F> {
  const reference = frames.find((frame) => frame.orientation)?.orientation ?? null
  const distances = frames.map(({ positionMm }) =>
    reference && positionMm ? distanceAlongNormal(reference, positionMm) : null
  )
  const placed = distances.every((distance): distance is number => distance !== null)
  const finish = (
    order: number[],
    orderedBy: Series['orderedBy'],
    fallback: string | null
  ): SortedFrames<F> => ({
    frames: order.map((index) => frames[index] as F),
    distancesMm: order.map((index) => distances[index] as number | null),
    orderedBy,
    fallback
  })
  const byName = (a: number, b: number): number => {
    const [first, second] = [frames[a] as F, frames[b] as F]
    return compareNaturally(first.path, second.path) || first.frame - second.frame
  }
  const order = (keys: (number | null)[]): number[] =>
    frames.map((_, index) => index).sort((a, b) => (keys[a] ?? 0) - (keys[b] ?? 0) || byTie(a, b))
  const byTie = (a: number, b: number): number =>
    ((frames[a] as F).instanceNumber ?? 0) - ((frames[b] as F).instanceNumber ?? 0) || byName(a, b)

  if (frames.length === 1) return finish([0], placed ? 'position' : 'file-name', null)
  if (placed && spread(distances) > samePlaceMm) return finish(order(distances), 'position', null)
  const lost = distances.filter((distance) => distance === null).length
  const why = placed
    ? 'all positions are alike'
    : lost === frames.length
      ? 'positions are missing'
      : `positions are missing in ${lost} of ${frames.length} images`
  const locations = frames.map(({ sliceLocationMm }) => sliceLocationMm)
  if (allDistinct(locations)) return finish(order(locations), 'position', `${why}; ordered by Slice Location`)
  const triggers = frames.map(({ triggerTimeMs }) => triggerTimeMs)
  if (allDistinct(triggers)) return finish(order(triggers), 'acquisition', `${why}; ordered by Trigger Time`)
  const times = frames.map(({ temporalPosition }) => temporalPosition)
  if (allDistinct(times)) return finish(order(times), 'acquisition', `${why}; ordered by Temporal Position`)
  if (frames.every(({ path }) => path === frames[0]?.path)) {
    const stay = frames
      .map((_, index) => index)
      .sort((a, b) => (frames[a] as F).frame - (frames[b] as F).frame)
    const hinted = frames.every(({ orderHint }) => orderHint !== null)
    if (!hinted) return finish(stay, 'acquisition', placed ? `${why}; frames stay in their own order` : null)
    stay.sort((a, b) => compareHints(frames[a]?.orderHint ?? [], frames[b]?.orderHint ?? []))
    return finish(stay, 'acquisition', `${why}; ordered by dimension index`)
  }
  const numbers = frames.map(({ instanceNumber }) => instanceNumber)
  if (allDistinct(numbers))
    return finish(order(numbers), 'instance-number', `${why}; ordered by Instance Number`)
  const paths = [...frames.keys()].sort((a, b) => (frames[a] as F).frame - (frames[b] as F).frame)
  const named = sortNaturally(paths, (index) => (frames[index] as F).path)
  return finish(named, 'file-name', `${why}, so are instance numbers; ordered by file name`)
}

function spread(values: number[]): number {
  let [low, high] = [Infinity, -Infinity]
  for (const value of values) {
    low = Math.min(low, value)
    high = Math.max(high, value)
  }
  return high - low
}

function allDistinct(values: (number | null)[]): boolean {
  return values.every((value) => value !== null) && new Set(values).size === values.length
}

function compareHints(a: number[], b: number[]): number {
  for (let at = 0; at < Math.max(a.length, b.length); at++) {
    const difference = (a[at] ?? 0) - (b[at] ?? 0)
    if (difference !== 0) return difference
  }
  return 0
}
