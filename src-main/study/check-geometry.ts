import type { Slice, StudyProblem } from '../contract/study'

/** A step this much longer than the usual one is a gap. */
const gapRatio = 1.5

/** Slices that are shifted by less lie well enough on one another. */
const leastShiftMm = 1

/** A stack that leans more than this against its normal was taken with a tilted gantry. */
const tiltDegrees = 1

/**
 * Looks for what makes a sorted stack misleading to scroll through or to measure in: gaps between slices, slices that
 * lean against their normal (gantry tilt), and single ones that lie beside the others.
 * @param slices in order of position
 * @param path whom to name in the problems
 */
export function checkGeometry(slices: Slice[], path: string): StudyProblem[] {
  const problems: StudyProblem[] = []
  const distances = slices.map(({ distanceAlongNormalMm }) => distanceAlongNormalMm)
  if (slices.length < 3 || !distances.every((distance): distance is number => distance !== null))
    return problems
  const steps = distances.slice(1).map((distance, index) => distance - (distances[index] as number))
  const usual = median(steps)
  const gaps = steps.flatMap((step, index) => (step > usual * gapRatio && usual > 0 ? [{ step, index }] : []))
  const [first] = gaps
  if (first) {
    const widest = Math.max(...gaps.map(({ step }) => step)).toFixed(2)
    const count = gaps.length === 1 ? '1 gap of' : `${gaps.length} gaps, the widest of`
    const where = `${gaps.length === 1 ? '' : 'the first '}after slice ${first.index + 1}`
    const message = `${count} ${widest} mm where ${usual.toFixed(2)} mm is usual, ${where}`
    problems.push({ code: 'slice-gap', path, message })
  }
  const tilt = leanDegrees(slices)
  if (tilt !== null && tilt > tiltDegrees) {
    const message = `tilted gantry: slices lean ${tilt.toFixed(1)} degrees against their normal`
    problems.push({ code: 'gantry-tilt', path, message })
  }
  const shifted = findShift(slices)
  if (shifted) {
    const message = `slice ${shifted.index + 1} is shifted sideways by ${shifted.mm.toFixed(2)} mm against the others`
    problems.push({ code: 'slice-shifted', path, message })
  }
  return problems
}

/**
 * The slice that lies furthest off the line through the others.
 * @returns null where none lies off by more than a millimetre and a pixel
 */
function findShift(slices: Slice[]): { index: number; mm: number } | null {
  const places = slices.map(({ positionMm }) => positionMm)
  if (!places.every((place): place is [number, number, number] => place !== null)) return null
  const along = slices.map(({ distanceAlongNormalMm }) => distanceAlongNormalMm ?? 0)
  const lines = [0, 1, 2].map((axis) =>
    lineThrough(
      along,
      places.map((place) => place[axis] as number)
    )
  )
  const offsets = places.map((place, index) =>
    Math.hypot(...lines.map((line, axis) => (place[axis] as number) - line(along[index] as number)))
  )
  const mm = Math.max(...offsets)
  const pixelMm = Math.max(...(slices[0]?.spacingMm ?? [0]))
  return mm > Math.max(leastShiftMm, pixelMm) ? { index: offsets.indexOf(mm), mm } : null
}

/** The line by the median of slopes between neighbours and the median of what is left (Theil 1950): outliers do not bend it. */
function lineThrough(xs: number[], ys: number[]): (x: number) => number {
  const slopes = xs.slice(1).flatMap((x, index) => {
    const step = x - (xs[index] as number)
    return step === 0 ? [] : [((ys[index + 1] as number) - (ys[index] as number)) / step]
  })
  const slope = slopes.length > 0 ? median(slopes) : 0
  const start = median(ys.map((y, index) => y - slope * (xs[index] as number)))
  return (x) => start + slope * x
}

function median(values: number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] as number
}

/** The angle between the way from first to last slice and the slice normal. */
function leanDegrees(slices: Slice[]): number | null {
  const [first, last] = [slices[0] as Slice, slices[slices.length - 1] as Slice]
  if (!first.positionMm || !last.positionMm) return null
  const way = Math.hypot(...first.positionMm.map((value, axis) => (last.positionMm?.[axis] ?? 0) - value))
  const along = (last.distanceAlongNormalMm ?? 0) - (first.distanceAlongNormalMm ?? 0)
  return way > 0 ? (Math.acos(Math.min(1, Math.abs(along) / way)) * 180) / Math.PI : null
}
