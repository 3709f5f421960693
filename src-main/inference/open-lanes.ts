import { NidusError } from '../contract/errors'
import type { FromLane, LaneProcess, SpawnLane, ToLane } from './lane-protocol'
import type { SampleOutputs } from './sample-outputs'
import type { RunSamples } from './steady-batches'

/** Sessions in processes of their own. */
export interface Lanes {
  /** One batch on the next free lane. */
  runBatch: RunSamples<SampleOutputs>
  close(): Promise<void>
}

/**
 * Opens lanes with a session each. ONNX Runtime's binding blocks the thread that a run is started on, so batches
 * that are to run side by side need threads of their own; and it brings the process down when a thread is ended in
 * the middle of a run, so these threads are those of child processes.
 * @throws model-session-failed, engine-failed (a process does not start or ends)
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
  end(): Promise<void>
}

function connect(lane: LaneProcess): Lane {
  let settle: { resolve(reply: FromLane): void; reject(error: Error): void } | null = null
  let gone: NidusError | null = null
  lane.onMessage((reply) => {
    if (reply.kind === 'failed') settle?.reject(new NidusError(reply.code, reply.context))
    else settle?.resolve(reply)
  })
  const ended = lane.exited.then(() => {
    gone = new NidusError('engine-failed', { reason: 'a process of the engine ended' })
    settle?.reject(gone)
  })
  return {
    ask: (message) =>
      new Promise((resolve, reject) => {
        if (gone) return reject(gone)
        settle = { resolve, reject }
        lane.post(message)
      }),
    end: () => {
      lane.kill()
      return ended
    }
  }
}
