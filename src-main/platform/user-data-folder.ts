import { homedir } from 'node:os'
import { join, resolve } from 'node:path'

/**
 * The folder that Electron gives the app for its data (`app.getPath('userData')`), worked out without Electron so
 * that the command line finds the same files: `%APPDATA%\nidus` on Windows, `~/Library/Application Support/nidus`
 * on macOS, `$XDG_CONFIG_HOME/nidus` or `~/.config/nidus` elsewhere. `NIDUS_DATA` names another folder.
 */
export function userDataFolder(
  platform: NodeJS.Platform = process.platform,
  environment: NodeJS.ProcessEnv = process.env,
  home: string = homedir()
): string {
  if (environment.NIDUS_DATA) return resolve(environment.NIDUS_DATA)
  switch (platform) {
    case 'win32':
      return join(environment.APPDATA || join(home, 'AppData', 'Roaming'), 'nidus')
    case 'darwin':
      return join(home, 'Library', 'Application Support', 'nidus')
    default:
      return join(environment.XDG_CONFIG_HOME || join(home, '.config'), 'nidus')
  }
}

/** The feedback database inside a user data folder. */
export function feedbackDatabasePath(userData: string = userDataFolder()): string {
  return join(userData, 'feedback', 'feedback.db')
}
