import { create } from 'zustand'
import type { AppFacts, EngineState } from '../../src-main/contract/channels'

/** The engine as the status bar shows it. */
export const useEngine = create<EngineState>(() => ({ status: 'idle', provider: null, message: '' }))

/** What the window knows of the app; null until main has answered. */
export const useApp = create<{ facts: AppFacts | null; sheet: 'settings' | 'shortcuts' | 'about' | null }>(
  () => ({
    facts: null,
    sheet: null
  })
)
