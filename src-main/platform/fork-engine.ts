import { fork } from 'node:child_process'
import type { EngineProcess, FromEngine, SpawnEngine } from '../inference/engine-protocol'
import { engineEntry } from './app-paths'
import { diskThreads } from './disk-threads'

/**
 * Environment of every engine process. TF32 is off: CUDA would otherwise round the factors of its matrix
 * products to 10 bits, and maps would differ from those of the CPU by far more than float32 explains.
 */
export const engineEnvironment = { NVIDIA_TF32_OVERRIDE: '0', ...diskThreads }

/**
 * Starts engine processes as child processes of Node: for the command line and the tests. What ONNX Runtime
 * prints is dropped unless NIDUS_ENGINE_OUTPUT is set.
 * @param entry the built engine, out/main/engine.js
 */
export function forkEngine(entry: string = engineEntry()): SpawnEngine {
  return (): EngineProcess => {
    const output = process.env.NIDUS_ENGINE_OUTPUT ? 'inherit' : 'ignore'
    const child = fork(entry, [], {
      serialization: 'advanced',
      execArgv: [],
      env: { ...process.env, ...engineEnvironment },
      stdio: ['ignore', 'ignore', output, 'ipc']
    })
    let gone = false
    const ended = new Promise<[number | null, string | null]>((resolve) => {
      child.once('exit', (code, signal) => resolve([code, signal]))
      child.once('error', () => resolve([null, null]))
    })
    void ended.then(() => (gone = true))
    return {
      post: (message) => {
        // A failed send means that the process is gone, which onExit reports.
        if (!gone && child.connected) child.send(message, () => undefined)
      },
      onMessage: (listener) => void child.on('message', (message) => listener(message as FromEngine)),
      onExit: (listener) => void ended.then(([code, signal]) => listener(code, signal)),
      kill: () => void child.kill('SIGKILL')
    }
  }
}
