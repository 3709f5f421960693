import { join } from 'node:path'
import type { FromImporter, SpawnImporter, ToImporter } from '../inference/model-import/importer-protocol'
import { appRoot } from './app-paths'
import { forkUtility } from './fork-utility'

/**
 * Starts importer processes as Electron utility processes: differentiating, checking and fitting take seconds to
 * minutes, and a damaged network may take its process along.
 * @param entry the built process, out/main/importer.js
 */
export function utilityImporter(
  entry: string = join(appRoot(), 'out', 'main', 'importer.js')
): SpawnImporter {
  return () => forkUtility<ToImporter, FromImporter>(entry, { serviceName: 'Nidus models' })
}
