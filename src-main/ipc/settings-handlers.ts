import type { SettingsStore } from '../platform/settings-store'
import type { Handle } from './handle'

/** Registers the channels for the settings. */
export function registerSettingsHandlers(
  handle: Handle,
  settings: Pick<SettingsStore, 'current' | 'takeWarning' | 'change'>
): void {
  handle('settings:get', () => ({ settings: settings.current, warning: settings.takeWarning() }))
  handle('settings:set', (changes) => settings.change(changes))
}
