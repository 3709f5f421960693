import { create } from 'zustand'
import type { AppFacts, EngineState } from '../../src-main/contract/channels'

/** The engine as the status bar shows it. */
export const useEngine = create<EngineState>(() => ({ status: 'idle', provider: null, message: '' }))

/** Sheets that lie over the window, one at a time. */
export type SheetName = 'settings' | 'thresholds' | 'shortcuts' | 'about' | 'reader' | 'unblind' | 'verdicts'

/** What the window knows of the app; null until main has answered. */
export const useApp = create<{ facts: AppFacts | null; sheet: SheetName | null }>(() => ({
  facts: null,
  sheet: null
}))
