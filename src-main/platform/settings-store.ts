import { copyFileSync, mkdirSync, readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { NidusError, type ErrorCode, type ErrorContext } from '../contract/errors'
import { defaultSettings, parseSettings, type Settings } from '../contract/settings'
import { writeFileAtomically } from '../feedback/store/write-file-atomically'

interface Warning {
  code: ErrorCode
  context: ErrorContext
}

/**
 * The settings of this computer's user, one JSON file. A file that is missing means the defaults; one that is damaged
 * is copied to `<file>.damaged` and what is valid in it counts, so that a start never fails for its settings.
 */
export class SettingsStore {
  private settings: Settings
  private warning: Warning | null
  private readonly listeners = new Set<(settings: Settings) => void>()

  /** @param path of the file; its folder need not exist */
  constructor(private readonly path: string) {
    const { settings, warning } = readSettings(path)
    this.settings = settings
    this.warning = warning
  }

  get current(): Settings {
    return this.settings
  }

  /** What was wrong with the file at the start; null from the second call on. */
  takeWarning(): Warning | null {
    const { warning } = this
    this.warning = null
    return warning
  }

  /**
   * Changes settings and writes all of them; listeners are told once the file is written.
   * @returns all settings as they are now
   * @throws output-unwritable; then nothing has changed
   */
  change(changes: Partial<Settings>): Settings {
    const settings = { ...this.settings, ...changes }
    try {
      mkdirSync(dirname(this.path), { recursive: true })
      writeFileAtomically(this.path, `${JSON.stringify(settings, null, 2)}\n`)
    } catch (thrown) {
      const reason = (thrown as NodeJS.ErrnoException).code ?? String(thrown)
      throw new NidusError('output-unwritable', { reason: `settings: ${reason}` }, { cause: thrown })
    }
    this.settings = settings
    for (const listener of this.listeners) listener(settings)
    return settings
  }

  /** Calls the listener after every change. */
  onChange(listener: (settings: Settings) => void): void {
    this.listeners.add(listener)
  }
}

function readSettings(path: string): { settings: Settings; warning: Warning | null } {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (thrown) {
    const code = (thrown as NodeJS.ErrnoException).code
    const warning: Warning | null =
      code === 'ENOENT' ? null : { code: 'settings-damaged', context: { reason: code ?? String(thrown) } }
    return { settings: { ...defaultSettings }, warning }
  }
  const { settings, invalid } = parseSettings(parseJson(text))
  if (invalid?.length === 0) return { settings, warning: null }
  try {
    copyFileSync(path, `${path}.damaged`)
  } catch {
    // a copy is a kindness to whoever edits the file by hand; the start must not fail for it
  }
  const reason = invalid ? `not valid: ${invalid.join(', ')}` : 'the file holds no settings'
  return { settings, warning: { code: 'settings-damaged', context: { reason } } }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}
