import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { EnginePort, FromEngine, ToEngine } from './inference/engine-protocol'
import { createGraphCache } from './inference/graph-cache'
import type { NetworkHelp } from './inference/open-network'
import { rememberAnswers } from './inference/remembered'
import { runPlanSchema } from './inference/run-plan'
import { serveEngine } from './inference/serve-engine'
import type { LanePort, ToLane } from './inference/lane-protocol'
import { serveLane } from './inference/serve-lane'
import { forkLane, laneFlag } from './platform/fork-lane'
import { userDataFolder } from './platform/user-data-folder'

interface ParentPort {
  postMessage(message: unknown): void
  on(event: 'message', listener: (event: { data: unknown }) => void): void
}

/**
 * The channel to whoever started this process: Electron's utilityProcess or Node's child_process.fork. Null
 * where nobody did, so that importing this file does nothing.
 */
function portToParent(): EnginePort | null {
  const utility = (process as { parentPort?: ParentPort }).parentPort
  if (utility) {
    return {
      post: (message) => utility.postMessage(message),
      onMessage: (listener) => utility.on('message', ({ data }) => listener(data as ToEngine))
    }
  }
  if (!process.send) return null
  process.once('disconnect', () => process.exit(0))
  return {
    // A failed send means that the parent is gone: disconnect ends this process.
    post: (message: FromEngine) => void process.send?.(message, undefined, undefined, () => undefined),
    onMessage: (listener) => void process.on('message', (message) => listener(message as ToEngine))
  }
}

/** What is kept from start to start, in the user's data folder. */
function keptHelp(): NetworkHelp {
  // The built file names its chunks by their content, so its hash stands for all code that makes graphs.
  const buildId = createHash('sha256').update(readFileSync(__filename)).digest('hex')
  const folder = userDataFolder()
  return {
    cache: createGraphCache(join(folder, 'graph-cache'), buildId),
    plans: rememberAnswers(join(folder, 'run-plans.json'), runPlanSchema),
    spawnLane: forkLane(__filename)
  }
}

/** The channel to the engine, in the process of a lane. */
function portToEngine(): LanePort {
  process.once('disconnect', () => process.exit(0))
  return {
    post: (message) => void process.send?.(message, undefined, undefined, () => undefined),
    onMessage: (listener) => void process.on('message', (message) => listener(message as ToLane))
  }
}

if (process.argv.includes(laneFlag)) {
  serveLane(portToEngine())
} else {
  const port = portToParent()
  if (port) serveEngine(port, keptHelp())
}
