import { join } from 'node:path'
import { utilityProcess } from 'electron'
import type {
  FromImporter,
  ImporterProcess,
  SpawnImporter
} from '../inference/model-import/importer-protocol'
import { appRoot } from './app-paths'

/**
 * Starts importer processes as Electron utility processes: differentiating, checking and fitting take seconds to
 * minutes, and a damaged network may take its process along.
 * @param entry the built process, out/main/importer.js
 */
export function utilityImporter(
  entry: string = join(appRoot(), 'out', 'main', 'importer.js')
): SpawnImporter {
  return (): ImporterProcess => {
    const child = utilityProcess.fork(entry, [], { serviceName: 'Nidus models', stdio: 'ignore' })
    let gone = false
    const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
    void ended.then(() => (gone = true))
    return {
      post: (message) => {
        if (!gone) child.postMessage(message)
      },
      onMessage: (listener) => void child.on('message', (message) => listener(message as FromImporter)),
      onExit: (listener) => void ended.then(listener),
      kill: () => void child.kill()
    }
  }
}
