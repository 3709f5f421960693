import { frameFacts } from '../image/image-types'
import type { FileHeader } from './read-file-header'
import { distanceAlongNormal, type SortableFrame } from './sort-slices'

/** One frame of one file on its way into a stack. */
export interface SeriesFrame extends SortableFrame {
  file: FileHeader
}

/** Direction cosines that differ by less than this (about half a degree) are the same orientation. */
const sameCosine = 1e-2

/** Positions closer than this are one place. */
const samePlaceMm = 1e-3

/** Stacks of one series, and what was doubtful about parting them. */
export interface SplitStacks {
  stacks: SeriesFrame[][]
  /** frames that lie at another's place without anything that would tell their stacks apart */
  overlapping: boolean
}

/** All frames of a series' files, each with its own geometry. */
export function framesOf(files: FileHeader[]): SeriesFrame[] {
  return files.flatMap((file) =>
    Array.from({ length: file.header.frameCount }, (_, frame) => {
      const { positionMm, orientation, orderHint } = frameFacts(file.header, frame)
      const { instanceNumber, sliceLocationMm, triggerTimeMs } = file.header
      return {
        file,
        path: file.path,
        frame,
        positionMm,
        orientation,
        orderHint,
        instanceNumber,
        sliceLocationMm,
        triggerTimeMs
      }
    })
  )
}

/**
 * Parts a series into stacks that can be scrolled through: by image size, colour, orientation, echo, temporal position
 * and the stacks that enhanced images name; then, where several frames lie at every place, by acquisition, trigger
 * time or order of instance numbers, whichever leaves one frame a place.
 */
export function splitStacks(frames: SeriesFrame[]): SplitStacks {
  const orientations: number[][] = []
  const byKey = groupBy(frames, (frame) => {
    const { header } = frame.file
    const facts = frameFacts(header, frame.frame)
    const color = header.color ? 'colour' : 'grey'
    const orientation = orientationIndex(orientations, frame.orientation)
    return [header.rows, header.columns, color, orientation, header.stackKey, facts.stackKey].join('|')
  })
  let overlapping = false
  const stacks = byKey.flatMap((group) => {
    if (!hasRepeatedPlaces(group)) return [group]
    for (const tell of [acquisitionOf, triggerTimeOf, repeatOf(group)]) {
      const parts = groupBy(group, tell)
      if (
        parts.length > 1 &&
        parts.every((part) => part.length === parts[0]?.length && !hasRepeatedPlaces(part))
      ) {
        return parts
      }
    }
    overlapping = true
    return [group]
  })
  return { stacks, overlapping }
}

const acquisitionOf = (frame: SeriesFrame): string => String(frame.file.header.acquisitionNumber)
const triggerTimeOf = (frame: SeriesFrame): string => String(frame.triggerTimeMs)

/** The how-manieth frame at its place, counted by instance number: repeats of a whole stack come one after another. */
function repeatOf(group: SeriesFrame[]): (frame: SeriesFrame) => string {
  const inOrder = [...group].sort(
    (a, b) => (a.instanceNumber ?? 0) - (b.instanceNumber ?? 0) || a.frame - b.frame
  )
  const counts = new Map<string, number>()
  const repeats = new Map<SeriesFrame, number>()
  for (const frame of inOrder) {
    const place = placeOf(frame)
    const count = counts.get(place) ?? 0
    repeats.set(frame, count)
    counts.set(place, count + 1)
  }
  return (frame) => String(repeats.get(frame))
}

function placeOf(frame: SeriesFrame): string {
  const { orientation, positionMm } = frame
  if (!orientation || !positionMm) return 'none'
  return String(Math.round(distanceAlongNormal(orientation, positionMm) / samePlaceMm))
}

/** False where all frames share one place: a cine or a time series of one plane is a stack in itself. */
function hasRepeatedPlaces(group: SeriesFrame[]): boolean {
  const places = new Set(group.map(placeOf))
  return !places.has('none') && places.size > 1 && places.size < group.length
}

function orientationIndex(known: number[][], orientation: number[] | null): number {
  if (!orientation) return -1
  const found = known.findIndex((other) =>
    other.every((cosine, at) => Math.abs(cosine - (orientation[at] ?? 0)) < sameCosine)
  )
  return found >= 0 ? found : known.push(orientation) - 1
}

function groupBy<T>(items: T[], keyOf: (item: T) => string): T[][] {
  const groups = new Map<string, T[]>()
  for (const item of items) {
    const key = keyOf(item)
    const group = groups.get(key)
    if (group) group.push(item)
    else groups.set(key, [item])
  }
  return [...groups.values()]
}
