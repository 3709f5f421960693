import { join } from 'node:path'
import { utilityProcess } from 'electron'
import type { FeedbackProcess, FromFeedback, SpawnFeedback } from '../feedback/service/feedback-protocol'
import { appRoot } from './app-paths'

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
  return (): FeedbackProcess => {
    const child = utilityProcess.fork(entry, [databasePath], {
      serviceName: 'Nidus verdicts',
      stdio: 'ignore'
    })
    let gone = false
    const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
    void ended.then(() => (gone = true))
    return {
      post: (message) => {
        if (!gone) child.postMessage(message)
      },
      onMessage: (listener) => void child.on('message', (message) => listener(message as FromFeedback)),
      onExit: (listener) => void ended.then(listener),
      kill: () => void child.kill()
    }
  }
}
