/** Steps between slices that differ by less than this share are the same spacing: positions are rounded. */
const sameShare = 0.05

/** Fewer slices than this are no stack of their own: what departs from the spacing there is a gap. */
const fewestSlices = 4

/** Steps between neighbouring places of frames in order of place, mm; null where a frame has no place. */
export function stepsOf<F>(frames: F[], placeMm: (frame: F) => number | null): number[] | null {
  const places = frames.map(placeMm)
  if (!places.every((place): place is number => place !== null)) return null
  const sorted = [...places].sort((a, b) => a - b)
  return sorted.slice(1).map((place, index) => place - (sorted[index] as number))
}

/** Whether all steps are of one spacing; so are those that are not known. */
export function isEven(steps: number[] | null): boolean {
  return steps === null || steps.every((step) => isSame(step, steps[0] as number))
}

/**
 * Parts a stack where its spacing changes from one to another that holds from there on, as in a head CT with thinner
 * slices at the base of the skull. The slice between both belongs to the first. Single gaps part nothing.
 * @param frames no two at one place
 * @returns one part with the usual step where nothing changes
 */
export function splitBySpacing<F>(
  frames: F[],
  placeMm: (frame: F) => number | null
): { frames: F[]; stepMm: number }[] {
  const steps = stepsOf(frames, placeMm)
  const whole = [{ frames, stepMm: steps?.[0] ?? 0 }]
  if (!steps || frames.length < 2 * fewestSlices || isEven(steps)) return whole
  const sorted = [...frames].sort((a, b) => (placeMm(a) as number) - (placeMm(b) as number))
  const parts: { frames: F[]; stepMm: number }[] = []
  for (let start = 0; start < sorted.length;) {
    const stepMm = steps[start]
    if (stepMm === undefined) return whole
    let end = start + 1
    while (end < sorted.length && isSame(steps[end - 1] as number, stepMm)) end++
    if (end - start < fewestSlices - 1) return whole
    parts.push({ frames: sorted.slice(start, end), stepMm })
    start = end
  }
  const changes = parts.every(
    (part, at) => at === 0 || !isSame(part.stepMm, (parts[at - 1] as { stepMm: number }).stepMm)
  )
  return changes && parts.length > 1 ? parts : whole
}

function isSame(step: number, other: number): boolean {
  return Math.abs(step - other) <= Math.max(step, other) * sameShare
}
