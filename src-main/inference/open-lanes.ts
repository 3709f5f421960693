import type { Worker } from 'node:worker_threads'
import { NidusError } from '../contract/errors'
import type { FromLane, ToLane } from './lane-protocol'
import type { SampleOutputs } from './sample-outputs'
import type { RunSamples } from './steady-batches'

/** Starts a thread that runs serveLane. */
export type SpawnLane = () => Worker

/** Sessions on threads of their own. */
export interface Lanes {
  /** One batch on the next free lane. */
  runBatch: RunSamples<SampleOutputs>
  close(): Promise<void>
}

/**
 * Opens lanes with a session each. ONNX Runtime's binding blocks the thread that a run is started on, so batches
 * that are to run side by side need threads of their own.
 * @throws model-session-failed, engine-failed (a thread does not start or ends)
 */
export async function openLanes(
  spawn: SpawnLane,
  count: number,
  opening: Extract<ToLane, { kind: 'open' }>
): Promise<Lanes> {
  const lanes = Array.from({ length: count }, () => connect(spawn()))
  const close = async (): Promise<void> => {
    await Promise.all(lanes.map((lane) => lane.end()))
  }
  try {
    await Promise.all(lanes.map((lane) => lane.ask(opening)))
  } catch (thrown) {
    await close()
    throw thrown
  }
  const free = [...lanes]
  const waiting: ((lane: Lane) => void)[] = []
  const runBatch: RunSamples<SampleOutputs> = async (samples) => {
    const lane = free.pop() ?? (await new Promise<Lane>((resolve) => waiting.push(resolve)))
    try {
      const reply = await lane.ask({ kind: 'run', samples })
      return reply.kind === 'done' ? reply.outputs : []
    } finally {
      const next = waiting.shift()
      if (next) next(lane)
      else free.push(lane)
    }
  }
  return { runBatch, close }
}

interface Lane {
  ask(message: ToLane): Promise<FromLane>
  end(): Promise<unknown>
}

function connect(worker: Worker): Lane {
  let settle: { resolve(reply: FromLane): void; reject(error: Error): void } | null = null
  let gone: NidusError | null = null
  worker.on('message', (reply: FromLane) => {
    if (reply.kind === 'failed') settle?.reject(new NidusError(reply.code, reply.context))
    else settle?.resolve(reply)
  })
  const lose = (reason: string): void => {
    gone ??= new NidusError('engine-failed', { reason })
    settle?.reject(gone)
  }
  worker.on('error', (error) => lose(`a thread of the engine failed: ${error.message}`))
  worker.on('exit', () => lose('a thread of the engine ended'))
  return {
    ask: (message) =>
      new Promise((resolve, reject) => {
        if (gone) return reject(gone)
        settle = { resolve, reject }
        worker.postMessage(message)
      }),
    end: () => worker.terminate()
  }
}
