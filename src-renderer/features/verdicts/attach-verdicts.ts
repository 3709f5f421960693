import type { JoinedFinding } from '../../../src-main/contract/analysis'
import type { SeenVerdict } from '../../../src-main/contract/feedback-channels'
import type { MapName } from '../../../src-main/contract/manifest'

type Box = readonly [x: number, y: number, width: number, height: number]

/** Share of both boxes together that two outlines of one region have in common at the least. */
export const leastOverlap = 0.5

/** What was said of one finding. */
export interface AttachedVerdicts {
  mine: SeenVerdict | null
  /** of other readers, once they are to be seen */
  others: SeenVerdict[]
}

/** What the findings were made with: verdicts on other models or maps say nothing of them. */
export interface FindingSource {
  seriesInstanceUid: string
  modelSha256: string | null
  map: MapName | null
}

/**
 * Finds for every finding what was said of it, also at another threshold. A finding keeps the voxel of its peak as long
 * as it is shown, whatever the threshold, so a verdict belongs to the finding whose peak it names. Where no finding has
 * its peak there, because the peak moved by a pixel on another processor or the region has grown together with a higher
 * one, it belongs to the region that holds the old peak if the boxes of both share at least half of what they cover
 * together (intersection over union); else it stands for itself, since the region is not the one that was judged.
 * @returns as long as `bodies`
 */
export function attachVerdicts(
  bodies: readonly Pick<JoinedFinding, 'peakSlice' | 'peakAt' | 'parts'>[],
  verdicts: readonly SeenVerdict[],
  source: FindingSource
): AttachedVerdicts[] {
  const attached: AttachedVerdicts[] = bodies.map(() => ({ mine: null, others: [] }))
  const onFindings = verdicts.filter((verdict) => isOnFinding(verdict) && isOf(verdict, source))
  const moved: SeenVerdict[] = []
  for (const verdict of onFindings) {
    const body = bodies.findIndex(
      ({ peakSlice, peakAt }) => peakSlice === verdict.sliceIndex && samePixel(peakAt, verdict.region?.peakAt)
    )
    if (body >= 0) attach(attached[body], verdict)
    else moved.push(verdict)
  }
  for (const verdict of moved) {
    const shares = bodies.map((body) => shareOf(body, verdict))
    const best = shares.indexOf(Math.max(0, ...shares))
    if (best >= 0 && shares[best] >= leastOverlap) attach(attached[best], verdict)
  }
  return attached
}

/** Whether a verdict was given on a finding of a map. */
export function isOnFinding({ kind, region }: SeenVerdict): boolean {
  return (kind === 'confirm' || kind === 'reject' || kind === 'unsure') && region !== null
}

function isOf(verdict: SeenVerdict, { seriesInstanceUid, modelSha256, map }: FindingSource): boolean {
  return (
    verdict.seriesInstanceUid === seriesInstanceUid &&
    verdict.modelSha256 === modelSha256 &&
    verdict.map === map
  )
}

/** Exact ones come first, so a place that is taken stays taken. */
function attach(to: AttachedVerdicts, verdict: SeenVerdict): void {
  if (!verdict.mine) {
    if (!to.others.some(({ reader }) => reader === verdict.reader)) to.others.push(verdict)
  } else to.mine ??= verdict
}

function shareOf({ parts }: Pick<JoinedFinding, 'parts'>, { region, sliceIndex }: SeenVerdict): number {
  const peakAt = region?.peakAt
  if (!region || !peakAt) return 0
  return parts.reduce((most, { sliceIndex: slice, finding: { bbox } }) => {
    if (slice !== sliceIndex || !holds(bbox, peakAt)) return most
    return Math.max(most, intersectionOverUnion(bbox, region.bbox))
  }, 0)
}

function samePixel(
  one: readonly [number, number],
  other: readonly [number, number] | null | undefined
): boolean {
  return other != null && one[0] === other[0] && one[1] === other[1]
}

function holds([x, y, width, height]: Box, [px, py]: readonly [number, number]): boolean {
  return px >= x && px < x + width && py >= y && py < y + height
}

function intersectionOverUnion(a: Box, b: Box): number {
  const across = Math.min(a[0] + a[2], b[0] + b[2]) - Math.max(a[0], b[0])
  const down = Math.min(a[1] + a[3], b[1] + b[3]) - Math.max(a[1], b[1])
  if (across <= 0 || down <= 0) return 0
  const shared = across * down
  return shared / (a[2] * a[3] + b[2] * b[3] - shared)
}
