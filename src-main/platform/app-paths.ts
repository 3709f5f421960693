import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

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

/** Folders that hold models, one subfolder each: those that ship with Nidus. */
export function modelFolders(): string[] {
  const resources = (process as { resourcesPath?: string }).resourcesPath
  const packed = resources ? join(resources, 'models') : null
  return packed && existsSync(packed) ? [packed] : [join(appRoot(), 'models')]
}

/** A file under resources/, such as the generated demo study. */
export function resourcePath(name: string): string {
  return join(appRoot(), 'resources', name)
}

/** The built entry of the engine process: the one built together with the running code, else out/main/engine.js. */
export function engineEntry(): string {
  const built = join(appRoot(), 'out', 'main', 'engine.js')
  return [join(__dirname, 'engine.js'), join(__dirname, '..', 'engine.js')].find(existsSync) ?? built
}
