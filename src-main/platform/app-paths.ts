import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { userDataFolder } from './user-data-folder'

let knownRoot: string | null = null

/**
 * The folder that holds Nidus's package.json: the checkout in development, the packed application otherwise.
 * Found by walking up from the running file, so that it holds for sources under test and for out/main alike.
 */
export function appRoot(): string {
  if (knownRoot) return knownRoot
  for (let folder = __dirname; ; folder = dirname(folder)) {
    const file = join(folder, 'package.json')
    if (existsSync(file) && (JSON.parse(readFileSync(file, 'utf8')) as { name?: string }).name === 'nidus') {
      knownRoot = folder
      return folder
    }
    if (dirname(folder) === folder) return __dirname
  }
}

/** Version of Nidus, from its package.json; stamped on every result. */
export function appVersion(): string {
  const file = join(appRoot(), 'package.json')
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version : '0.0.0'
}

/** Folder of the models that ship with Nidus, one subfolder each. */
export function shippedModelFolder(): string {
  const resources = (process as { resourcesPath?: string }).resourcesPath
  const packed = resources ? join(resources, 'models') : null
  return packed && existsSync(packed) ? packed : join(appRoot(), 'models')
}

/** Folder of the models that the user has added, one subfolder each; it need not exist. */
export function userModelFolder(userData: string = userDataFolder()): string {
  return join(userData, 'models')
}

/** Folders that hold models: those that ship with Nidus first, so that no added model can take their place. */
export function modelFolders(userData?: string): string[] {
  return [shippedModelFolder(), userModelFolder(userData)]
}

/** A file under resources/, such as the generated demo study. */
export function resourcePath(name: string): string {
  return join(appRoot(), 'resources', name)
}

/** The built entry of the engine process: the one built together with the running code, else out/main/engine.js. */
export function engineEntry(): string {
  return builtEntry('engine.js')
}

/** As {@link engineEntry}, of the reader process. */
export function readerEntry(): string {
  return builtEntry('reader.js')
}

function builtEntry(name: string): string {
  const built = join(appRoot(), 'out', 'main', name)
  return [join(__dirname, name), join(__dirname, '..', name)].find(existsSync) ?? built
}
