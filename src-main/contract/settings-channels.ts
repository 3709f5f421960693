import { z } from 'zod'
import type { ErrorCode, ErrorContext } from './errors'
import { settingsSchema, type Settings } from './settings'

/** Requests about the settings. `settings:set` takes the settings to change and no others. */
export const settingsRequests = {
  'settings:get': z.undefined(),
  'settings:set': settingsSchema.partial().strict()
} as const

export interface SettingsResponses {
  'settings:get': {
    settings: Settings
    /** what was wrong with the stored settings; told once after each start */
    warning: { code: ErrorCode; context: ErrorContext } | null
  }
  /** all settings as they are now */
  'settings:set': Settings
}

export interface SettingsEvents {
  'event:settings-changed': Settings
}
