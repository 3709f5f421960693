import type { Finding, JoinedFinding } from '../contract/analysis'
import { isLargeEnough } from './find-findings'
import type { SliceRegions } from './find-regions'
import type { SliceNeighbours } from './slice-neighbours'

/**
 * Joins the regions of neighbouring slices that touch with an edge or a corner (26-connected) into bodies, drops the
 * small ones, and ranks the rest: the highest peak first, among equals the largest volume, then the first slice.
 * A body counts where its region is large enough on at least one slice (mm2, or pixels where the spacing is unknown),
 * and where volumes are known, if it is at least as large as the ball whose middle section has the smallest area that
 * counts: 4 / (3 sqrt(pi)) * area^(3/2). So specks that thin slices hold on many levels are left out as well.
 * @param slices regions of every slice in anatomical order; null where a slice is not analysed
 * @param neighbours of the same slices
 */
export function joinFindings(
  slices: readonly (SliceRegions | null)[],
  neighbours: SliceNeighbours,
  limits: { minAreaMm2: number; minAreaPx: number }
): JoinedFinding[] {
  const starts: number[] = []
  let count = 0
  for (const slice of slices) {
    starts.push(count)
    count += slice?.regions.length ?? 0
  }
  const parents = Int32Array.from({ length: count }, (_, region) => region)
  for (let index = 0; index + 1 < slices.length; index++) {
    const one = slices[index]
    const other = slices[index + 1]
    const shift = neighbours.links[index]
    if (!one || !other || !shift) continue
    eachTouch(one.runs, other.runs, shift, (a, b) => join(parents, starts[index] + a, starts[index + 1] + b))
  }

  const bodies = new Map<number, JoinedFinding['parts']>()
  slices.forEach((slice, sliceIndex) =>
    slice?.regions.forEach((finding, region) => {
      const root = rootOf(parents, starts[sliceIndex] + region)
      const parts = bodies.get(root)
      if (parts) parts.push({ sliceIndex, finding })
      else bodies.set(root, [{ sliceIndex, finding }])
    })
  )
  const minVolumeMm3 = (4 / (3 * Math.sqrt(Math.PI))) * limits.minAreaMm2 ** 1.5
  const found: JoinedFinding[] = []
  for (const parts of bodies.values()) {
    const body = describeBody(parts, neighbours.extentsMm)
    if (!isLargeEnough(body, limits)) continue
    if (body.volumeMm3 !== null && body.volumeMm3 < minVolumeMm3) continue
    found.push(body)
  }
  return found.sort(
    (a, b) => b.peak - a.peak || (b.volumeMm3 ?? 0) - (a.volumeMm3 ?? 0) || a.firstSlice - b.firstSlice
  )
}

function describeBody(parts: JoinedFinding['parts'], extentsMm: number[] | null): JoinedFinding {
  const [first] = parts
  let top = first
  let voxels = 0
  let sum = 0
  let volumeMm3: number | null = extentsMm ? 0 : null
  const areas = new Map<number, { areaPx: number; areaMm2: number | null }>()
  for (const part of parts) {
    const { sliceIndex, finding } = part
    if (finding.peak > top.finding.peak) top = part
    voxels += finding.areaPx
    sum += finding.mean * finding.areaPx
    volumeMm3 =
      volumeMm3 === null || finding.areaMm2 === null || !extentsMm
        ? null
        : volumeMm3 + finding.areaMm2 * extentsMm[sliceIndex]
    const area = areas.get(sliceIndex)
    areas.set(sliceIndex, {
      areaPx: (area?.areaPx ?? 0) + finding.areaPx,
      areaMm2: finding.areaMm2 === null ? null : (area?.areaMm2 ?? 0) + finding.areaMm2
    })
  }
  const largest = [...areas.values()].reduce((most, area) => (area.areaPx > most.areaPx ? area : most))
  return {
    peak: top.finding.peak,
    mean: sum / voxels,
    peakSlice: top.sliceIndex,
    peakAt: top.finding.peakAt,
    firstSlice: first.sliceIndex,
    lastSlice: parts[parts.length - 1].sliceIndex,
    voxels,
    volumeMm3,
    ...largest,
    parts: sorted(parts)
  }
}

/** In slice order, within a slice the highest peak first. */
function sorted(parts: JoinedFinding['parts']): { sliceIndex: number; finding: Finding }[] {
  return [...parts].sort((a, b) => a.sliceIndex - b.sliceIndex || b.finding.peak - a.finding.peak)
}

/** Calls `touch` for regions of two slices whose pixels touch with a side, an edge or a corner. */
function eachTouch(
  one: Int32Array,
  other: Int32Array,
  [shiftX, shiftY]: readonly [number, number],
  touch: (one: number, other: number) => void
): void {
  // both lists are in row order: `from` passes over runs that lie above every row still to come
  let from = 0
  for (let i = 0; i < one.length; i += 4) {
    const [row, first, last, region] = [one[i], one[i + 1], one[i + 2], one[i + 3]]
    while (from < other.length && other[from] + shiftY < row - 1) from += 4
    for (let j = from; j < other.length && other[j] + shiftY <= row + 1; j += 4) {
      if (other[j + 1] + shiftX <= last + 1 && other[j + 2] + shiftX >= first - 1) touch(region, other[j + 3])
    }
  }
}

function join(parents: Int32Array, one: number, other: number): void {
  const a = rootOf(parents, one)
  const b = rootOf(parents, other)
  if (a < b) parents[b] = a
  else parents[a] = b
}

function rootOf(parents: Int32Array, region: number): number {
  while (parents[region] !== region) region = parents[region] = parents[parents[region]]
  return region
}
