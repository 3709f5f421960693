import type { FromEngine, SpawnEngine, ToEngine } from '../inference/engine-protocol'
import { engineEntry } from './app-paths'
import { engineEnvironment } from './fork-engine'
import { forkUtility } from './fork-utility'

/**
 * Starts engine processes as Electron utility processes: for the app.
 * @param entry the built engine, out/main/engine.js
 */
export function utilityEngine(entry: string = engineEntry()): SpawnEngine {
  return () => {
    const child = forkUtility<ToEngine, FromEngine>(entry, {
      serviceName: 'Nidus engine',
      env: { ...process.env, ...engineEnvironment } as Record<string, string>,
      showOutput: Boolean(process.env.NIDUS_ENGINE_OUTPUT)
    })
    return { ...child, onExit: (listener) => child.onExit((code) => listener(code, null)) }
  }
}
