import { create } from 'zustand'
import type { MapName } from '../../src-main/contract/manifest'
import type { ValueWindow } from '../../src-main/contract/study'
import { restingPose, type ViewPose } from '../viewer/viewport-geometry'
import { pushStep } from './history'

/** One pane, two beside each other, or four. */
export type Layout = 'overlay' | 'two' | 'side-by-side'
export type Window = Pick<ValueWindow, 'center' | 'width' | 'function' | 'lut'>

/** A finding by its slice and the pixel of its peak. */
export interface FindingKey {
  seriesId: string
  sliceIndex: number
  x: number
  y: number
}

interface View {
  layout: Layout
  heatmapOn: boolean
  /** while the peek key is held: the heatmap shows where it is off, and gives way where it is on */
  peeking: boolean
  /** whether the graphic overlays of files show */
  graphicsOn: boolean
  /** the reader's choice; null for the default map of the model */
  map: MapName | null
  /** `${modelId}/${map}` -> the reader's threshold in score units */
  thresholds: Record<string, number>
  /** by series id */
  slices: Record<string, number>
  poses: Record<string, ViewPose>
  windows: Record<string, Window>
  inverted: Record<string, boolean>
  selected: FindingKey | null
  /** whether the reader has moved through the series themself; nothing else may then move it */
  touched: Record<string, boolean>
  /** starts a series at a slice, unless it has one already */
  startAt(seriesId: string, sliceIndex: number): void
}

/** How things are looked at. The same for all panes, so that they stay together. */
export const useView = create<View>((set) => ({
  layout: 'overlay',
  heatmapOn: true,
  peeking: false,
  graphicsOn: true,
  map: null,
  thresholds: {},
  slices: {},
  poses: {},
  windows: {},
  inverted: {},
  selected: null,
  touched: {},
  startAt: (seriesId, sliceIndex) =>
    set(({ slices }) => (seriesId in slices ? {} : { slices: { ...slices, [seriesId]: sliceIndex } }))
}))

/** Whether the heatmap shows just now. */
export const heatmapShows = ({ heatmapOn, peeking }: Pick<View, 'heatmapOn' | 'peeking'>): boolean =>
  heatmapOn !== peeking

/** Goes to a slice, kept within the series. */
export function goToSlice(seriesId: string, sliceIndex: number, count: number): void {
  const index = Math.min(count - 1, Math.max(0, sliceIndex))
  useView.setState(({ slices, touched }) => ({
    slices: { ...slices, [seriesId]: index },
    touched: touched[seriesId] ? touched : { ...touched, [seriesId]: true }
  }))
}

export const poseOf = (state: View, seriesId: string): ViewPose => state.poses[seriesId] ?? restingPose

/**
 * Places a series.
 * @param gesture what the reader is doing, where they do it themself: then it can be undone. Calls of one gesture in a
 * row are undone together.
 */
export function setPose(seriesId: string, pose: ViewPose, gesture?: string): void {
  const set = (): void => useView.setState(({ poses }) => ({ poses: { ...poses, [seriesId]: pose } }))
  if (gesture) recorded(gesture, seriesId, set, gesture)
  else set()
}

/** Sets the display window; can be undone. @param gesture as of {@link setPose} */
export function setWindow(seriesId: string, window: Window, gesture?: string): void {
  recorded(
    'window',
    seriesId,
    () =>
      useView.setState(({ windows }) => ({
        windows: { ...windows, [seriesId]: { ...window, width: Math.max(1e-6, window.width) } }
      })),
    gesture
  )
}

/** Puts placement, window and inversion of a series back to how it opened; can be undone. */
export function resetView(seriesId: string): void {
  recorded('reset', seriesId, () =>
    useView.setState(({ poses, windows, inverted }) => ({
      poses: { ...poses, [seriesId]: restingPose },
      windows: without(windows, seriesId),
      inverted: without(inverted, seriesId)
    }))
  )
}

export function toggleInvert(seriesId: string): void {
  recorded('invert', seriesId, () =>
    useView.setState(({ inverted }) => ({ inverted: { ...inverted, [seriesId]: !inverted[seriesId] } }))
  )
}

/** Shows the whole image, turned and flipped as it is. */
export function fit(seriesId: string): void {
  const { zoom, translation } = restingPose
  setPose(seriesId, { ...poseOf(useView.getState(), seriesId), zoom, translation }, 'fit')
}

/** Turns by a quarter, clockwise or back. */
export function turn(seriesId: string, degrees: 90 | -90): void {
  const pose = poseOf(useView.getState(), seriesId)
  const rotation = (pose.rotation + degrees + 360) % 360
  recorded('turn', seriesId, () => setPose(seriesId, { ...pose, rotation }))
}

export function flip(seriesId: string, axis: 'hflip' | 'vflip'): void {
  const pose = poseOf(useView.getState(), seriesId)
  // flips come before the turn, so after a quarter turn the axes on the screen are swapped
  const lying = pose.rotation % 180 !== 0
  const flipped = lying ? (axis === 'hflip' ? 'vflip' : 'hflip') : axis
  recorded('flip', seriesId, () => setPose(seriesId, { ...pose, [flipped]: !pose[flipped] }))
}

/** How one series is looked at. */
function lookOf(seriesId: string): Pick<View, 'poses' | 'windows' | 'inverted'> {
  const { poses, windows, inverted } = useView.getState()
  const only = <T>(record: Record<string, T>): Record<string, T> =>
    seriesId in record ? { [seriesId]: record[seriesId] as T } : {}
  return { poses: only(poses), windows: only(windows), inverted: only(inverted) }
}

function recorded(label: string, seriesId: string, change: () => void, gesture?: string): void {
  const before = lookOf(seriesId)
  change()
  const after = lookOf(seriesId)
  const look = (wanted: typeof before) => (): void =>
    useView.setState(({ poses, windows, inverted }) => ({
      poses: { ...without(poses, seriesId), ...wanted.poses },
      windows: { ...without(windows, seriesId), ...wanted.windows },
      inverted: { ...without(inverted, seriesId), ...wanted.inverted }
    }))
  pushStep({
    label,
    undo: look(before),
    redo: look(after),
    gesture: gesture && `${gesture}/${seriesId}`
  })
}

function without<T>(record: Record<string, T>, key: string): Record<string, T> {
  const { [key]: _, ...rest } = record
  return rest
}
