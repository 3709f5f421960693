import { useEffect, useRef } from 'react'
import { usualMaps } from '../../../src-main/contract/map-facts'
import { cancelAnalysis, startAnalysis } from '../../state/analysis'
import { useApp } from '../../state/engine'
import { reveal } from '../../state/reveal'
import { setOpacity, toggleContour, useSettings } from '../../state/settings'
import { nextLayout } from '../../state/panes'
import { stepSeries } from '../../state/studies'
import {
  fit,
  flip,
  goToSlice,
  poseOf,
  resetView,
  setPose,
  setWindow,
  toggleInvert,
  turn,
  useView
} from '../../state/view'
import { stepFinding } from '../findings/go-to-finding'
import { autoWindow } from '../header/auto-window'
import { presetsFor } from '../header/presets-for'
import { historyKey, toolKey } from '../tools/tool-keys'
import { setThreshold } from '../reading/set-threshold'
import type { Reading } from '../reading/use-reading'
import { verdictKeys } from '../verdicts/verdict-keys'

type Action = (reading: Reading, event: KeyboardEvent) => void

const scrollBy = (slices: number) => (reading: Reading, event: KeyboardEvent) =>
  goToSlice(
    reading.series.id,
    reading.sliceIndex + slices * (event.shiftKey ? 10 : 1),
    reading.series.slices.length
  )
const zoomBy = (factor: number) => (reading: Reading) => {
  const pose = poseOf(useView.getState(), reading.series.id)
  setPose(reading.series.id, { ...pose, zoom: Math.min(40, Math.max(0.1, pose.zoom * factor)) }, 'zoom')
}
const opacityBy = (step: number) => () => setOpacity(useSettings.getState().heatmapOpacity + step)
/** What works with the model's result does nothing before it is revealed. */
const onceRevealed =
  (action: Action): Action =>
  (reading, event) => {
    if (reading.revealed) action(reading, event)
  }
const thresholdBy = (steps: number) => (reading: Reading) =>
  setThreshold(reading, reading.threshold + (steps * (reading.range.high - reading.range.low)) / 100)
const preset = (place: number) => (reading: Reading) => {
  const { series, windows } = reading
  const chosen = series.color ? undefined : presetsFor({ modality: series.modality, windows })[place]
  if (chosen) setWindow(reading.series.id, chosen)
}
const windowFromSlice = ({ series, sliceIndex }: Reading): void => {
  const chosen = series.color ? null : autoWindow(series.id, sliceIndex)
  if (chosen) setWindow(series.id, chosen)
}
/** The next of the maps that every analysis makes: those that take longer are chosen by name. */
const nextMap = ({ manifest, map }: Reading): void => {
  const maps = manifest ? usualMaps(manifest) : []
  if (map) useView.setState({ map: maps[(maps.indexOf(map) + 1) % maps.length] })
}

const keys: Record<string, Action> = {
  ...verdictKeys,
  ArrowUp: scrollBy(-1),
  ArrowDown: scrollBy(1),
  Home: (reading) => goToSlice(reading.series.id, 0, reading.series.slices.length),
  End: (reading) => goToSlice(reading.series.id, Infinity, reading.series.slices.length),
  PageUp: () => stepSeries(-1),
  PageDown: () => stepSeries(1),
  Enter: ({ study }) => reveal(study),
  n: onceRevealed((reading) => stepFinding(reading, 1)),
  p: onceRevealed((reading) => stepFinding(reading, -1)),
  o: onceRevealed((_, { shiftKey }) =>
    shiftKey ? toggleContour() : useView.setState(({ heatmapOn }) => ({ heatmapOn: !heatmapOn }))
  ),
  y: onceRevealed(verdictKeys.y),
  x: onceRevealed(verdictKeys.x),
  u: onceRevealed(verdictKeys.u),
  g: () => useView.setState(({ graphicsOn }) => ({ graphicsOn: !graphicsOn })),
  '[': opacityBy(-0.1),
  ']': opacityBy(0.1),
  ',': onceRevealed(thresholdBy(-1)),
  '.': onceRevealed(thresholdBy(1)),
  m: onceRevealed(nextMap),
  l: () => useView.setState(({ layout }) => ({ layout: nextLayout(layout) })),
  a: (reading) => void startAnalysis(reading.series.id),
  Escape: () => cancelAnalysis(),
  '1': preset(0),
  '2': preset(1),
  '3': preset(2),
  '4': preset(3),
  w: windowFromSlice,
  '+': zoomBy(1.25),
  '-': zoomBy(0.8),
  '=': (reading) => fit(reading.series.id),
  r: (reading, event) => turn(reading.series.id, event.shiftKey ? -90 : 90),
  h: (reading) => flip(reading.series.id, 'hflip'),
  v: (reading) => flip(reading.series.id, 'vflip'),
  i: (reading) => toggleInvert(reading.series.id),
  ' ': (reading) => resetView(reading.series.id)
}

/** Keys of the whole window, except where something is being typed or chosen. */
export function useShortcuts(reading: Reading | null): void {
  const latest = useRef(reading)
  latest.current = reading
  useEffect(() => {
    const press = (event: KeyboardEvent): void => {
      if (!useApp.getState().sheet && !isWriting(event.target) && historyKey(event))
        return event.preventDefault()
      if (event.ctrlKey || event.metaKey || event.altKey || useApp.getState().sheet) return
      if (event.key === '?') return useApp.setState({ sheet: 'shortcuts' })
      const name = event.key.length === 1 ? event.key.toLowerCase() : event.key
      if (!latest.current || belongsTo(event.target, name)) return
      if (toolKey(latest.current, event)) return event.preventDefault()
      const action = keys[name]
      if (!action) return
      event.preventDefault()
      action(latest.current, event)
    }
    window.addEventListener('keydown', press)
    return () => window.removeEventListener('keydown', press)
  }, [])
}

/**
 * Whether the key means something to the element that has the focus. A slider or a choice that was last touched
 * with the mouse leaves the keys to the image.
 */
function belongsTo(target: EventTarget | null, key: string): boolean {
  if (!(target instanceof HTMLElement)) return false
  if (target instanceof HTMLInputElement && target.type !== 'range') return true
  if (!target.matches(':focus-visible')) return false
  if (target instanceof HTMLInputElement) return /^(Arrow|Home|End|Page)/.test(key)
  if (target instanceof HTMLSelectElement) return key !== 'Escape'
  return (key === ' ' || key === 'Enter') && target.closest('button, summary, a, [role=slider]') !== null
}

/** Whether text is being typed, which has an undo of its own. */
function isWriting(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLTextAreaElement ||
    (target instanceof HTMLInputElement && (target.type === 'text' || target.type === 'search'))
  )
}
