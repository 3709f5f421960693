import { create } from 'zustand'
import type { Series } from '../../src-main/contract/study'
import { followingSlice, linkOf, slicePutBeside } from '../viewer/link-series'
import { nearestSlice, type PatientPoint } from '../viewer/patient-geometry'
import { usePanes } from './panes'
import { findSeries, useStudies } from './studies'
import { useView } from './view'

interface LinkedScroll {
  /** whether series that share a frame of reference scroll together */
  on: boolean
  /** ids of series that the reader has linked by hand, since they share no frame of reference */
  byHand: ReadonlySet<string>
  /** where the crosshair points */
  crosshair: { frameOfReferenceUid: string | null; seriesId: string; point: PatientPoint } | null
}

/** How panes with several series move together. */
export const useLinkedScroll = create<LinkedScroll>(() => ({ on: true, byHand: new Set(), crosshair: null }))

/** Links a series to the one being read by index, or lets it go again. */
export function toggleLinkByHand(seriesId: string, withSeriesId: string): void {
  useLinkedScroll.setState(({ byHand }) => {
    const next = new Set(byHand)
    if (byHand.has(seriesId) && byHand.has(withSeriesId)) next.delete(seriesId)
    else next.add(seriesId).add(withSeriesId)
    return { byHand: next }
  })
}

/** The series in the panes of the layout in use, each once. */
export function shownSeries(): Series[] {
  const { layout } = useView.getState()
  const main = useStudies.getState().seriesId
  const ids = new Set(usePanes.getState().contents[layout].map(({ seriesId }) => seriesId ?? main))
  return [...ids].flatMap((id) => findSeries(id)?.series ?? [])
}

/** Points the crosshair at a place in the patient; series of the same frame of reference go to their nearest slices. */
export function pointCrosshair(seriesId: string, point: PatientPoint): void {
  const from = findSeries(seriesId)?.series
  if (!from) return
  useLinkedScroll.setState({
    crosshair: { frameOfReferenceUid: from.frameOfReferenceUid, seriesId, point }
  })
  const goals: Record<string, number> = {}
  for (const to of shownSeries()) {
    const link = linkOf(from, to, { on: true, byHand: none })
    if (link !== 'frame of reference' && link !== 'across') continue
    const nearest = nearestSlice(to.slices, point)
    if (nearest) goals[to.id] = nearest.index
  }
  silently(goals)
}

/** Brings a series that is put beside the one being read to the same place. */
export function putBeside(seriesId: string): void {
  const from = findSeries(useStudies.getState().seriesId)?.series
  const to = findSeries(seriesId)?.series
  if (!from || !to || from.id === to.id) return
  const link = linkOf(from, to, { on: true, byHand: none })
  if (link === 'none' && seriesId in useView.getState().slices) return
  silently({ [to.id]: slicePutBeside(from, useView.getState().slices[from.id] ?? 0, to, link) })
}

const none: ReadonlySet<string> = new Set()
let following = false

/** Sets slices without their followers following in turn. */
function silently(goals: Record<string, number>): void {
  if (Object.keys(goals).length === 0) return
  following = true
  useView.setState(({ slices }) => ({ slices: { ...slices, ...goals } }))
  following = false
}

/** Lets the series on the screen follow each other from now on. @returns the function that ends it */
export function startLinkedScrolling(): () => void {
  return useView.subscribe(({ slices }, before) => {
    if (following || slices === before.slices) return
    const shown = shownSeries()
    if (shown.length < 2) return
    const goals: Record<string, number> = {}
    for (const from of shown) {
      const now = slices[from.id]
      const was = before.slices[from.id]
      if (now === undefined || now === was) continue
      for (const to of shown) {
        if (to.id === from.id || to.id in goals) continue
        const link = linkOf(from, to, useLinkedScroll.getState())
        const at = { index: slices[to.id] ?? 0, moved: was === undefined ? 0 : now - was }
        const goal = followingSlice(from, now, to, link, at)
        if (goal !== null && goal !== at.index) goals[to.id] = goal
      }
    }
    silently(goals)
  })
}
