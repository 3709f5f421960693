import type { Slice, StudyProblem } from '../contract/study'

/** A step this much longer than the usual one is a gap. */
const gapRatio = 1.5

/** A stack that leans more than this against its normal was taken with a tilted gantry. */
const tiltDegrees = 1

/**
 * Looks for what makes a sorted stack misleading to scroll through or to measure in: gaps between slices, and
 * slices shifted against one another (gantry tilt).
 * @param slices in order of position
 * @param path whom to name in the problems
 */
export function checkGeometry(slices: Slice[], path: string): StudyProblem[] {
  const problems: StudyProblem[] = []
  const distances = slices.map(({ distanceAlongNormalMm }) => distanceAlongNormalMm)
  if (slices.length < 3 || !distances.every((distance): distance is number => distance !== null))
    return problems
  const steps = distances.slice(1).map((distance, index) => distance - (distances[index] as number))
  const usual = [...steps].sort((a, b) => a - b)[steps.length >> 1] as number
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
  return problems
}

/** The angle between the way from first to last slice and the slice normal. */
function leanDegrees(slices: Slice[]): number | null {
  const [first, last] = [slices[0] as Slice, slices[slices.length - 1] as Slice]
  if (!first.positionMm || !last.positionMm) return null
  const way = Math.hypot(...first.positionMm.map((value, axis) => (last.positionMm?.[axis] ?? 0) - value))
  const along = (last.distanceAlongNormalMm ?? 0) - (first.distanceAlongNormalMm ?? 0)
  return way > 0 ? (Math.acos(Math.min(1, Math.abs(along) / way)) * 180) / Math.PI : null
}
