import type { FromReader, SpawnReader, ToReader } from '../study/reader-protocol'
import { readerEntry } from './app-paths'
import { diskThreads } from './disk-threads'
import { forkUtility } from './fork-utility'

/**
 * Starts reader processes as Electron utility processes.
 * @param entry the built reader, out/main/reader.js
 */
export function utilityReader(entry: string = readerEntry()): SpawnReader {
  return () =>
    forkUtility<ToReader, FromReader>(entry, {
      serviceName: 'Nidus reader',
      env: { ...(process.env as Record<string, string>), ...diskThreads },
      endHard: true
    })
}
