import { join } from 'node:path'
import { utilityProcess } from 'electron'
import type { FromReader, ReaderProcess, SpawnReader } from '../study/reader-protocol'
import { appRoot } from './app-paths'

/**
 * Starts reader processes as Electron utility processes.
 * @param entry the built reader, out/main/reader.js
 */
export function utilityReader(entry: string = join(appRoot(), 'out', 'main', 'reader.js')): SpawnReader {
  return (): ReaderProcess => {
    const child = utilityProcess.fork(entry, [], { serviceName: 'Nidus reader', stdio: 'ignore' })
    let gone = false
    const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
    void ended.then(() => (gone = true))
    return {
      post: (message) => {
        if (!gone) child.postMessage(message)
      },
      onMessage: (listener) => void child.on('message', (message) => listener(message as FromReader)),
      onExit: (listener) => void ended.then(listener),
      kill: () => void child.kill()
    }
  }
}
