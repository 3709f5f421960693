import type { MessagePort } from 'node:worker_threads'
import { NidusError, toNidusError } from '../contract/errors'
import type { FromLane, ToLane } from './lane-protocol'
import { openNetworkSession, type NetworkSession } from './network-session'
import type { SampleOutputs } from './sample-outputs'

/** A lane's side: opens a session and runs batches on this thread, one message after the other. */
export function serveLane(port: MessagePort): void {
  let session: NetworkSession | null = null

  const answer = async (message: ToLane): Promise<FromLane> => {
    if (message.kind === 'open') {
      session = await openNetworkSession(message.graph, message.provider, message.threads, message.facts)
      return { kind: 'opened' }
    }
    if (!session) throw new NidusError('engine-failed', { reason: 'the lane has no session' })
    return { kind: 'done', outputs: await session.run(message.samples) }
  }

  let last: Promise<unknown> = Promise.resolve()
  port.on('message', (message: ToLane) => {
    last = last.then(async () => {
      try {
        const reply = await answer(message)
        port.postMessage(reply, reply.kind === 'done' ? reply.outputs.flatMap(buffersOf) : [])
      } catch (thrown) {
        const { code, context } = toNidusError(thrown)
        port.postMessage({ kind: 'failed', code, context } satisfies FromLane)
      }
    })
  })
}

/** Images are handed over, not copied. */
function buffersOf(outputs: SampleOutputs): ArrayBuffer[] {
  return Object.values(outputs).flatMap((value) =>
    value instanceof Float32Array ? [value.buffer as ArrayBuffer] : []
  )
}
