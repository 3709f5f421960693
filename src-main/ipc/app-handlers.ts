import type { AppFacts } from '../contract/channels'
import type { Handle } from './handle'

export interface AppServices {
  facts: AppFacts
  /** called when the window says that a heatmap is on the screen */
  onFirstHeatmap(): void
}

/** Registers the channels about the app itself. */
export function registerAppHandlers(handle: Handle, { facts, onFirstHeatmap }: AppServices): void {
  handle('app:facts', () => facts)
  handle('app:first-heatmap-shown', () => {
    onFirstHeatmap()
    return null
  })
}
