import { create } from 'zustand'
import type { MapName } from '../../src-main/contract/manifest'
import type { ValueWindow } from '../../src-main/contract/study'
import { restingPose, type ViewPose } from '../viewer/viewport-geometry'

export type Layout = 'overlay' | 'side-by-side'
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

/** Goes to a slice, kept within the series. */
export function goToSlice(seriesId: string, sliceIndex: number, count: number): void {
  const index = Math.min(count - 1, Math.max(0, sliceIndex))
  useView.setState(({ slices, touched }) => ({
    slices: { ...slices, [seriesId]: index },
    touched: touched[seriesId] ? touched : { ...touched, [seriesId]: true }
  }))
}

export const poseOf = (state: View, seriesId: string): ViewPose => state.poses[seriesId] ?? restingPose

export function setPose(seriesId: string, pose: ViewPose): void {
  useView.setState(({ poses }) => ({ poses: { ...poses, [seriesId]: pose } }))
}

export function setWindow(seriesId: string, window: Window): void {
  useView.setState(({ windows }) => ({
    windows: { ...windows, [seriesId]: { ...window, width: Math.max(1e-6, window.width) } }
  }))
}

/** Puts placement, window and inversion of a series back to how it opened. */
export function resetView(seriesId: string): void {
  useView.setState(({ poses, windows, inverted }) => ({
    poses: { ...poses, [seriesId]: restingPose },
    windows: without(windows, seriesId),
    inverted: without(inverted, seriesId)
  }))
}

export function toggleInvert(seriesId: string): void {
  useView.setState(({ inverted }) => ({ inverted: { ...inverted, [seriesId]: !inverted[seriesId] } }))
}

/** Turns by a quarter, clockwise or back. */
export function turn(seriesId: string, degrees: 90 | -90): void {
  const pose = poseOf(useView.getState(), seriesId)
  setPose(seriesId, { ...pose, rotation: (pose.rotation + degrees + 360) % 360 })
}

export function flip(seriesId: string, axis: 'hflip' | 'vflip'): void {
  const pose = poseOf(useView.getState(), seriesId)
  // flips come before the turn, so after a quarter turn the axes on the screen are swapped
  const lying = pose.rotation % 180 !== 0
  const flipped = lying ? (axis === 'hflip' ? 'vflip' : 'hflip') : axis
  setPose(seriesId, { ...pose, [flipped]: !pose[flipped] })
}

function without<T>(record: Record<string, T>, key: string): Record<string, T> {
  const { [key]: _, ...rest } = record
  return rest
}
