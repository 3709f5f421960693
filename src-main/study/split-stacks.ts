import { frameFacts, type StackTells } from '../image/image-types'
import type { FileHeader } from './read-file-header'
import { compareNaturally } from './natural-order'
import { distanceAlongNormal, type SortableFrame } from './sort-slices'
import { isEven, splitBySpacing, stepsOf } from './split-by-spacing'

/** One frame of one file on its way into a stack. */
export interface SeriesFrame extends SortableFrame {
  file: FileHeader
  /** how many frames of the series' files stand before it */
  number: number
  tells: StackTells
}

/** Frames that can be scrolled through as one. */
export interface Stack {
  frames: SeriesFrame[]
  /** what tells it from the other stacks of its series, in a few words; '' where nothing does */
  label: string
}

/** Stacks of one series, and what was doubtful about parting them. */
export interface SplitStacks {
  stacks: Stack[]
  /** where several frames lie at one place without anything that would tell their stacks apart */
  overlaps: { places: number; firstMm: number | null }[]
  /** spacings of slices, mm, where a series changes from one to the next on its way; else empty */
  spacingsMm: number[]
}

/** Direction cosines that differ by less than this (about half a degree) are the same orientation. */
const sameCosine = 1e-2

/** Positions closer than this are one place. */
const samePlaceMm = 1e-3

/** What parts stacks whose frames lie at the same places, the likeliest first. */
const tellNames = [
  'time',
  'b-value',
  'gradient direction',
  'echo time',
  'cardiac phase',
  'acquisition',
  'slice thickness',
  'kernel',
  'image type',
  'trigger time',
  'acquisition time'
]

/** All frames of a series' files, each with its own geometry. */
export function framesOf(files: FileHeader[]): SeriesFrame[] {
  let number = 0
  return files.flatMap((file) =>
    Array.from({ length: file.header.frameCount }, (_, frame) => {
      const { positionMm, orientation, orderHint, tells } = frameFacts(file.header, frame)
      const { instanceNumber, sliceLocationMm, triggerTimeMs, temporalPosition } = file.header
      return {
        file,
        path: file.path,
        frame,
        number: number++,
        positionMm,
        orientation,
        orderHint,
        instanceNumber,
        sliceLocationMm,
        triggerTimeMs,
        temporalPosition,
        // of two facts by one name that of the frame is the closer one
        tells: { ...file.header.tells, ...tells }
      }
    })
  )
}

/**
 * Parts a series into stacks that can be scrolled through: by image size, pixel spacing, colour, orientation, frame of
 * reference, echo and the stacks that enhanced images name; then, where several frames lie at one place, by whichever
 * of their {@link StackTells} leaves one frame a place, or by the order of their numbers; at last where the spacing of
 * slices changes for good.
 */
export function splitStacks(frames: SeriesFrame[]): SplitStacks {
  const split: SplitStacks = { stacks: [], overlaps: [], spacingsMm: [] }
  for (const stack of splitByKind(frames)) {
    for (const part of splitByTells(stack, split)) {
      const parts = splitBySpacing(part.frames, placeMm)
      if (parts.length > 1) split.spacingsMm = parts.map(({ stepMm }) => stepMm)
      for (const { frames: own, stepMm } of parts) {
        const label = parts.length > 1 ? joined(part.label, `${stepMm.toFixed(2)} mm apart`) : part.label
        split.stacks.push({ frames: own, label })
      }
    }
  }
  return split
}

/** What no stack mixes, wherever its frames lie. */
function splitByKind(frames: SeriesFrame[]): Stack[] {
  const orientations: number[][] = []
  const references: (string | null)[] = []
  const kinds = new Map<string, { frames: SeriesFrame[]; words: string[] }>()
  for (const frame of frames) {
    const { header } = frame.file
    const { stackKey, spacingMm } = frameFacts(header, frame.frame)
    if (!references.includes(header.frameOfReferenceUid)) references.push(header.frameOfReferenceUid)
    const words = [
      `${header.columns} x ${header.rows}`,
      spacingMm ? `pixels of ${spacingMm.map((mm) => Number(mm.toPrecision(4))).join(' x ')} mm` : '',
      header.color ? 'colour' : 'grey',
      `orientation ${orientationIndex(orientations, frame.orientation) + 1}`,
      `frame of reference ${references.indexOf(header.frameOfReferenceUid) + 1}`,
      header.stackKey,
      stackKey && `stack ${stackKey}`
    ]
    const key = words.join('|')
    const kind = kinds.get(key)
    if (kind) kind.frames.push(frame)
    else kinds.set(key, { frames: [frame], words })
  }
  const all = [...kinds.values()]
  return all.map(({ frames: own, words }) => ({
    frames: own,
    label: words.filter((word, at) => all.some((other) => other.words[at] !== word)).reduce(joined, '')
  }))
}

/** Goes on until nothing tells the frames at one place apart any more, and notes where that is not enough. */
function splitByTells(stack: Stack, split: SplitStacks): Stack[] {
  const { frames } = stack
  const repeated = repeatedPlaces(frames)
  const uneven = !repeated && !isEven(stepsOf(frames, placeMm))
  if (!repeated && !uneven) return [stack]
  const choices = namesOf(frames).map((name) => ({
    name,
    parts: groupBy(frames, (frame) => frame.tells[name] ?? '')
  }))
  const several = choices.filter(({ parts }) => parts.length > 1 && parts.length * 2 <= frames.length)
  const isDone = ({ parts }: { parts: SeriesFrame[][] }): boolean =>
    parts.every((part) =>
      uneven ? part.length >= 3 && isEven(stepsOf(part, placeMm)) : repeatedPlaces(part) === null
    )
  const best = several.find(isDone) ?? (uneven ? undefined : several.find((choice) => helps(choice, frames)))
  if (best) {
    return inOrder(best.parts, best.name).flatMap((part) => {
      const own = part[0]?.tells[best.name]
      const label = joined(stack.label, own === undefined ? `no ${best.name}` : `${best.name} ${own}`)
      return splitByTells({ frames: part, label }, split)
    })
  }
  if (repeated) {
    const repeats = groupBy(frames, repeatOf(frames))
    if (repeats.every((part) => part.length === repeats[0]?.length))
      return repeats.map((part, at) => ({ frames: part, label: joined(stack.label, `pass ${at + 1}`) }))
    split.overlaps.push(repeated)
  }
  return [stack]
}

/** Whether parts that still have several frames at a place have fewer of them, and are stacks at all. */
function helps({ parts }: { parts: SeriesFrame[][] }, frames: SeriesFrame[]): boolean {
  const before = mostAtOnePlace(frames)
  return parts.every((part) => mostAtOnePlace(part) < before && new Set(part.map(placeOf)).size > 1)
}

function namesOf(frames: SeriesFrame[]): string[] {
  const met = new Set(frames.flatMap(({ tells }) => Object.keys(tells)))
  const others = [...met].filter((name) => !tellNames.includes(name)).sort()
  return [...tellNames.filter((name) => met.has(name)), ...others]
}

function inOrder(parts: SeriesFrame[][], name: string): SeriesFrame[][] {
  const tell = (part: SeriesFrame[]): string => part[0]?.tells[name] ?? ''
  return [...parts].sort((a, b) => compareNaturally(tell(a), tell(b)))
}

/**
 * The how-manieth frame at its place, by trigger time and instance number: the phases of a heart come at slightly other
 * times in each slice, and repeats of a whole stack one after another.
 */
function repeatOf(group: SeriesFrame[]): (frame: SeriesFrame) => string {
  const sorted = [...group].sort(
    (a, b) =>
      (a.triggerTimeMs ?? 0) - (b.triggerTimeMs ?? 0) ||
      (a.instanceNumber ?? 0) - (b.instanceNumber ?? 0) ||
      a.frame - b.frame
  )
  const counts = new Map<string, number>()
  const repeats = new Map<SeriesFrame, number>()
  for (const frame of sorted) {
    const place = placeOf(frame)
    const count = counts.get(place) ?? 0
    repeats.set(frame, count)
    counts.set(place, count + 1)
  }
  return (frame) => String(repeats.get(frame))
}

function placeMm({ orientation, positionMm }: SeriesFrame): number | null {
  return orientation && positionMm ? distanceAlongNormal(orientation, positionMm) : null
}

/** By position, else by what else says where in its stack a frame lies: In-Stack Position Number or Slice Location. */
function placeOf(frame: SeriesFrame): string {
  const mm = placeMm(frame)
  if (mm !== null) return String(Math.round(mm / samePlaceMm))
  if (frame.orderHint?.length === 1) return `number ${frame.orderHint[0]}`
  return frame.sliceLocationMm === null ? 'none' : `location ${frame.sliceLocationMm}`
}

/**
 * Places with several frames. None where all frames share one place: a cine or a time series of one plane is a stack
 * in itself.
 */
function repeatedPlaces(frames: SeriesFrame[]): SplitStacks['overlaps'][number] | null {
  const byPlace = groupBy(frames, placeOf)
  if (byPlace.length < 2 || frames.some((frame) => placeOf(frame) === 'none')) return null
  const repeated = byPlace.filter((group) => group.length > 1).map(([first]) => placeMm(first as SeriesFrame))
  if (repeated.length === 0) return null
  const known = repeated.filter((mm): mm is number => mm !== null)
  return { places: repeated.length, firstMm: known.length > 0 ? Math.min(...known) : null }
}

function mostAtOnePlace(frames: SeriesFrame[]): number {
  return Math.max(...groupBy(frames, placeOf).map(({ length }) => length))
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

function joined(before: string, word: string): string {
  return before && word ? `${before}, ${word}` : before || word
}
