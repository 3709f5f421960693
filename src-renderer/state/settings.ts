import { create } from 'zustand'
import { defaultSettings, type Settings } from '../../src-main/contract/settings'
import { describeError, describeThrown } from '../api/describe-error'
import { nidus, unwrap } from '../api/nidus'
import { tell } from './notices'

/** What the person has chosen for this computer; the defaults until main has answered. */
export const useSettings = create<Settings>(() => defaultSettings)

let waiting: Partial<Settings> | null = null
let underWay = false

/** Asks main for the stored settings, and tells the reader where they were damaged. */
export async function loadSettings(): Promise<void> {
  const { settings, warning } = await unwrap(nidus.settings())
  useSettings.setState(settings)
  if (warning) tell('error', describeError(warning.code, warning.context))
}

/** Takes over what main says the settings are, unless a change made here is still on its way. */
export function takeSettings(settings: Settings): void {
  if (!underWay) useSettings.setState(settings)
}

/** Changes settings at once and keeps them. One request is under way at a time: changes that come meanwhile add up. */
export function changeSettings(changes: Partial<Settings>): void {
  useSettings.setState(changes)
  waiting = { ...waiting, ...changes }
  if (!underWay) void sendWaiting()
}

export function setOpacity(opacity: number): void {
  changeSettings({ heatmapOpacity: Math.round(Math.min(1, Math.max(0, opacity)) * 100) / 100 })
}

export function toggleContour(): void {
  changeSettings({ heatmapStyle: useSettings.getState().heatmapStyle === 'fill' ? 'contour' : 'fill' })
}

/** Whether nothing is to move by itself: the reader's choice, or that of the system. */
export function prefersReducedMotion(): boolean {
  return (
    useSettings.getState().motion === 'reduced' ||
    window.matchMedia('(prefers-reduced-motion: reduce)').matches
  )
}

async function sendWaiting(): Promise<void> {
  underWay = true
  while (waiting) {
    const changes: Partial<Settings> = waiting
    waiting = null
    try {
      await unwrap(nidus.changeSettings(changes))
    } catch (thrown) {
      tell('error', describeThrown(thrown))
    }
  }
  underWay = false
}
