import { frameFacts, type StackTells } from '../image/image-types'
import { closeGroup } from './group-close'
import type { FileHeader } from './read-file-header'
import { compareNaturally } from './natural-order'
import { distanceAlongNormal, type SortableFrame } from './sort-slices'
import { planeOf } from './plane-of'
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

/** A stack with its place among those of its series as their frames were met, which stays while the series grows. */
export interface NumberedStack extends Stack {
  number: number
}

/** Stacks of one series, and what was doubtful about parting them. */
export interface SplitStacks {
  /** in the order of their instance numbers */
  stacks: NumberedStack[]
  /** where several frames lie at one place without anything that would tell their stacks apart */
  overlaps: { places: number; firstMm: number | null }[]
  /** spacings of slices, mm, where a series changes from one to the next on its way; else empty */
  spacingsMm: number[]
  /** stacks that have fewer places than most others of their series */
  lacking: { label: string; places: number; usual: number }[]
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
  'inversion time',
  'flip angle',
  'tube voltage',
  'cardiac phase',
  'acquisition',
  'slice thickness',
  'kernel',
  'image type',
  'trigger time',
  'acquisition time'
]

/** Those of them that scanners measure or compute: they may differ by how they are rounded. */
const measuredTells = ['echo time', 'inversion time', 'flip angle', 'tube voltage', 'slice thickness']

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
  const split: SplitStacks = { stacks: [], overlaps: [], spacingsMm: [], lacking: [] }
  const firstOf = new Map<NumberedStack, number>()
  for (const stack of splitByKind(frames)) {
    const first = firstInstance(stack.frames)
    for (const part of splitByTells(stack, split)) {
      const parts = splitBySpacing(part.frames, placeMm)
      if (parts.length > 1) split.spacingsMm = parts.map(({ stepMm }) => stepMm)
      for (const { frames: own, stepMm } of parts) {
        const label = parts.length > 1 ? joined(part.label, `${stepMm.toFixed(2)} mm apart`) : part.label
        const numbered = { frames: own, label, number: split.stacks.length }
        split.stacks.push(numbered)
        firstOf.set(numbered, first)
      }
    }
  }
  // what the scanner made first stands first, whatever the files are called
  split.stacks.sort(
    (a, b) => compareFirst(firstOf.get(a), firstOf.get(b)) || compareNaturally(a.label, b.label)
  )
  return split
}

function byInstance(a: SeriesFrame, b: SeriesFrame): number {
  return compareFirst(a.instanceNumber ?? undefined, b.instanceNumber ?? undefined)
}

/** Planes of one name are numbered. */
function planeWord(planes: string[], index: number): string {
  const name = planes[index]
  if (name === undefined) return 'no orientation'
  const alike = planes.filter((plane) => plane === name)
  const nth = planes.slice(0, index + 1).filter((plane) => plane === name).length
  return alike.length > 1 ? `${name} ${nth}` : name
}

function firstInstance(frames: SeriesFrame[]): number {
  return frames.reduce((least, { instanceNumber }) => Math.min(least, instanceNumber ?? Infinity), Infinity)
}

function compareFirst(a = Infinity, b = Infinity): number {
  return a === b ? 0 : a - b
}

/** What no stack mixes, wherever its frames lie. */
function splitByKind(frames: SeriesFrame[]): Stack[] {
  const orientations: number[][] = []
  const references: (string | null)[] = []
  const spacings: (readonly number[])[] = []
  for (const { file, frame, orientation } of [...frames].sort(byInstance)) {
    const { frameOfReferenceUid } = file.header
    const { spacingMm } = frameFacts(file.header, frame)
    if (spacingMm) closeGroup(spacings, spacingMm)
    if (!references.includes(frameOfReferenceUid)) references.push(frameOfReferenceUid)
    orientationIndex(orientations, orientation)
  }
  const planes = orientations.map(planeOf)
  const kinds = new Map<string, { frames: SeriesFrame[]; words: string[] }>()
  for (const frame of frames) {
    const { header } = frame.file
    const { stackKey, spacingMm } = frameFacts(header, frame.frame)
    const spacing = spacingMm && spacings[closeGroup(spacings, spacingMm)]
    const words = [
      `${header.columns} x ${header.rows}`,
      spacing ? `pixels of ${spacing.map((mm) => Number(mm.toPrecision(4))).join(' x ')} mm` : '',
      header.color ? 'colour' : 'grey',
      planeWord(planes, orientationIndex(orientations, frame.orientation)),
      `frame of reference ${references.indexOf(header.frameOfReferenceUid) + 1}`,
      header.stackKey,
      // those of NIfTI are volumes, of times or of components
      stackKey && `${header.format === 'nifti' ? 'volume' : 'stack'} ${stackKey}`
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
    parts: groupByTell(frames, name)
  }))
  const several = choices.filter(({ parts }) => parts.length > 1 && parts.length * 2 <= frames.length)
  const isDone = ({ parts }: { parts: SeriesFrame[][] }): boolean =>
    parts.every((part) =>
      uneven ? part.length >= 3 && isEven(stepsOf(part, placeMm)) : repeatedPlaces(part) === null
    )
  const best = several.find(isDone) ?? (uneven ? undefined : several.find((choice) => helps(choice, frames)))
  if (best) {
    if (!uneven) noteLacking(best, stack.label, split)
    return inOrder(best.parts, best.name).flatMap((part) => {
      const own = part[0]?.tells[best.name]
      const label = joined(stack.label, tellLabel(best.name, own))
      return splitByTells({ frames: part, label }, split)
    })
  }
  if (repeated) {
    const passOf = repeatOf(frames)
    const passes = groupBy(frames, (frame) => String(passOf(frame)))
    if (passes.every((part) => part.length === passes[0]?.length)) {
      const inTurn = passes.sort((a, b) => passOf(a[0] as SeriesFrame) - passOf(b[0] as SeriesFrame))
      return inTurn.map((part, at) => ({ frames: part, label: joined(stack.label, `pass ${at + 1}`) }))
    }
    split.overlaps.push(repeated)
  }
  return [stack]
}

function groupByTell(frames: SeriesFrame[], name: string): SeriesFrame[][] {
  const known: number[][] = []
  return groupBy(frames, ({ tells }) => {
    const tell = tells[name] ?? ''
    const isMeasured = measuredTells.includes(name) && tell !== '' && Number.isFinite(Number(tell))
    return isMeasured ? `close ${closeGroup(known, [Number(tell)])}` : tell
  })
}

function tellLabel(name: string, tell: string | undefined): string {
  return tell === undefined ? `no ${name}` : `${name} ${tell}`
}

/** Where one of several stacks was exported or sent in part, it is shorter than the others. */
function noteLacking(
  { name, parts }: { name: string; parts: SeriesFrame[][] },
  before: string,
  split: SplitStacks
): void {
  const counts = parts.map((part) => new Set(part.map(placeOf)).size)
  const usual = Math.max(...counts)
  if (parts.length < 3 || counts.filter((count) => count === usual).length * 2 <= parts.length) return
  for (const [at, part] of parts.entries()) {
    const places = counts[at] as number
    const label = joined(before, tellLabel(name, part[0]?.tells[name]))
    if (places < usual) split.lacking.push({ label, places, usual })
  }
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
function repeatOf(group: SeriesFrame[]): (frame: SeriesFrame) => number {
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
  return (frame) => repeats.get(frame) as number
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
