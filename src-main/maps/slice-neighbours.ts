import type { Slice } from '../contract/study'

type Placed = Pick<
  Slice,
  'rows' | 'columns' | 'spacingMm' | 'positionMm' | 'orientation' | 'distanceAlongNormalMm'
>

/** How the slices of a series lie to each other. */
export interface SliceNeighbours {
  /**
   * `links[i]`: by how many pixels slice i + 1 is shifted against slice i (column, row), since a tilted gantry shifts
   * every slice a little; null where the two can not be said to touch
   */
  links: ([x: number, y: number] | null)[]
  /** how much of the patient each slice stands for along the normal, millimetres; null where that is not known */
  extentsMm: number[] | null
}

/** Beyond this many usual distances, a slice is missing between two others. */
const gapFactor = 1.5

/**
 * Which slices touch. Two do where the header places both, on the same grid, parallel, and no further apart than
 * usual in the series: regions are not joined across a gap. Images without positions never touch, since a folder of
 * pictures need not be one body.
 * @param slices in anatomical order
 */
export function sliceNeighbours(slices: readonly Placed[]): SliceNeighbours {
  const distances = slices.slice(1).map((slice, i) => distanceBetween(slices[i], slice))
  const known = distances.filter((distance): distance is number => distance !== null && distance > 0)
  const usual = medianOf(known)
  const links = slices.slice(1).map((slice, i) => {
    const distance = distances[i]
    if (usual === null || distance === null || distance <= 0 || distance > gapFactor * usual) return null
    return shiftBetween(slices[i], slice)
  })
  if (usual === null || known.length < distances.length) return { links, extentsMm: null }
  // a slice reaches half way to each neighbour; at an end, or beside a gap, as far as is usual
  const reach = (distance: number | null | undefined): number =>
    (distance === null || distance === undefined || distance > gapFactor * usual ? usual : distance) / 2
  return { links, extentsMm: slices.map((_, i) => reach(distances[i - 1]) + reach(distances[i])) }
}

function distanceBetween(one: Placed, other: Placed): number | null {
  if (one.distanceAlongNormalMm === null || other.distanceAlongNormalMm === null) return null
  return Math.abs(other.distanceAlongNormalMm - one.distanceAlongNormalMm)
}

/** Whole pixels by which the second slice lies further along rows and columns; null where the grids differ. */
function shiftBetween(one: Placed, other: Placed): [number, number] | null {
  const { spacingMm, orientation, positionMm } = one
  if (one.rows !== other.rows || one.columns !== other.columns) return null
  if (!spacingMm || !other.spacingMm || !orientation || !other.orientation) return null
  if (spacingMm.some((mm, i) => Math.abs(mm - (other.spacingMm as number[])[i]) > 1e-3 * mm)) return null
  if (orientation.some((cosine, i) => Math.abs(cosine - (other.orientation as number[])[i]) > 1e-3))
    return null
  if (!positionMm || !other.positionMm) return null
  const step = other.positionMm.map((mm, i) => mm - positionMm[i])
  const along = (from: number): number =>
    step[0] * orientation[from] + step[1] * orientation[from + 1] + step[2] * orientation[from + 2]
  return [noMinusZero(Math.round(along(0) / spacingMm[1])), noMinusZero(Math.round(along(3) / spacingMm[0]))]
}

const noMinusZero = (value: number): number => value || 0

function medianOf(values: number[]): number | null {
  if (values.length === 0) return null
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}
