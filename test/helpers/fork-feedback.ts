import { fork, type ChildProcess } from 'node:child_process'
import type {
  FeedbackProcess,
  FromFeedback,
  SpawnFeedback
} from '../../src-main/feedback/service/feedback-protocol'

/**
 * Starts the process that keeps verdicts as a child of Node, the way the app starts it as a utility process.
 * @param entry the built process
 * @param onStart is given each child, so that a test can kill it
 */
export function forkFeedback(
  entry: string,
  databasePath: string,
  onStart: (child: ChildProcess) => void = () => undefined
): SpawnFeedback {
  return (): FeedbackProcess => {
    const child = fork(entry, [databasePath], {
      serialization: 'advanced',
      execArgv: [],
      stdio: ['ignore', 'ignore', 'ignore', 'ipc']
    })
    onStart(child)
    let gone = false
    const ended = new Promise<void>((resolve) => {
      child.once('exit', () => resolve())
      child.once('error', () => resolve())
    })
    void ended.then(() => (gone = true))
    return {
      post: (message) => {
        if (!gone && child.connected) child.send(message, () => undefined)
      },
      onMessage: (listener) => void child.on('message', (message) => listener(message as FromFeedback)),
      onExit: (listener) => void ended.then(listener),
      kill: () => void child.kill('SIGKILL')
    }
  }
}
