import { fork } from 'node:child_process'
import type { FromLane, LaneProcess, SpawnLane } from '../inference/lane-protocol'

/** Tells the engine's entry that it is to serve a lane. */
export const laneFlag = '--lane'

/**
 * Starts lanes as child processes of the engine, in Electron as plain Node. What ONNX Runtime prints is dropped.
 * @param entry the built engine, out/main/engine.js
 */
export function forkLane(entry: string): SpawnLane {
  return (): LaneProcess => {
    const child = fork(entry, [laneFlag], {
      serialization: 'advanced',
      execArgv: [],
      env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' },
      stdio: ['ignore', 'ignore', 'ignore', 'ipc']
    })
    return {
      post: (message) => {
        // A failed send means that the process is gone, which `exited` tells.
        if (child.connected) child.send(message, () => undefined)
      },
      onMessage: (listener) => void child.on('message', (message) => listener(message as FromLane)),
      exited: new Promise((resolve) => {
        child.once('exit', () => resolve())
        child.once('error', () => resolve())
      }),
      kill: () => void child.kill('SIGKILL')
    }
  }
}
