import { utilityProcess } from 'electron'
import type { EngineProcess, FromEngine, SpawnEngine } from '../inference/engine-protocol'
import { engineEntry } from './app-paths'
import { engineEnvironment } from './fork-engine'

/**
 * Starts engine processes as Electron utility processes: for the app.
 * @param entry the built engine, out/main/engine.js
 */
export function utilityEngine(entry: string = engineEntry()): SpawnEngine {
  return (): EngineProcess => {
    const output = process.env.NIDUS_ENGINE_OUTPUT ? 'inherit' : 'ignore'
    const child = utilityProcess.fork(entry, [], {
      serviceName: 'Nidus engine',
      env: { ...process.env, ...engineEnvironment } as Record<string, string>,
      stdio: output
    })
    let gone = false
    const ended = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)))
    void ended.then(() => (gone = true))
    return {
      post: (message) => {
        if (!gone) child.postMessage(message)
      },
      onMessage: (listener) => void child.on('message', (message) => listener(message as FromEngine)),
      onExit: (listener) => void ended.then((code) => listener(code, null)),
      kill: () => void child.kill()
    }
  }
}
