import { join } from 'node:path'
import type { FromFeedback, SpawnFeedback, ToFeedback } from '../feedback/service/feedback-protocol'
import { appRoot } from './app-paths'
import { forkUtility } from './fork-utility'

/**
 * Starts the process that holds the store of verdicts as an Electron utility process: a commit waits for the disk, and
 * the driver ends its whole process over some faults; neither may reach the window.
 * @param databasePath of the store
 * @param entry the built process, out/main/feedback.js
 */
export function utilityFeedback(
  databasePath: string,
  entry: string = join(appRoot(), 'out', 'main', 'feedback.js')
): SpawnFeedback {
  return () =>
    forkUtility<ToFeedback, FromFeedback>(entry, { serviceName: 'Nidus verdicts', args: [databasePath] })
}
