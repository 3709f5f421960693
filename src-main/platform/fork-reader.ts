import { fork } from 'node:child_process'
import type { FromReader, ReaderProcess, SpawnReader } from '../study/reader-protocol'
import { readerEntry } from './app-paths'
import { diskThreads } from './disk-threads'

/**
 * Starts reader processes as child processes of Node: for the command line and the tests.
 * @param entry the built reader, out/main/reader.js
 */
export function forkReader(entry: string = readerEntry()): SpawnReader {
  return (): ReaderProcess => {
    const child = fork(entry, [], {
      serialization: 'advanced',
      execArgv: [],
      env: { ...process.env, ...diskThreads },
      stdio: ['ignore', 'ignore', 'ignore', 'ipc']
    })
    const ended = new Promise<void>((resolve) => {
      child.once('exit', () => resolve())
      child.once('error', () => resolve())
    })
    return {
      post: (message) => {
        // a failed send means that the process is gone, which onExit tells
        if (child.connected) child.send(message, () => undefined)
      },
      onMessage: (listener) => void child.on('message', (message) => listener(message as FromReader)),
      onExit: (listener) => void ended.then(listener),
      kill: () => {
        child.kill('SIGKILL')
        // one that waits for a drive does not end before the drive answers: nobody waits for it
        child.unref()
        if (child.connected) child.disconnect()
      }
    }
  }
}
