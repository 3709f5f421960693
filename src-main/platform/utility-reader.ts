import { join } from 'node:path'
import type { FromReader, SpawnReader, ToReader } from '../study/reader-protocol'
import { appRoot } from './app-paths'
import { forkUtility } from './fork-utility'

/**
 * Starts reader processes as Electron utility processes.
 * @param entry the built reader, out/main/reader.js
 */
export function utilityReader(entry: string = join(appRoot(), 'out', 'main', 'reader.js')): SpawnReader {
  return () => forkUtility<ToReader, FromReader>(entry, { serviceName: 'Nidus reader' })
}
