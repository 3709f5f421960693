import { NidusError, toNidusError } from '../contract/errors'
import type { FromLane, LanePort, ToLane } from './lane-protocol'
import { openNetworkSession, type NetworkSession } from './network-session'

/** A lane's side: opens a session and runs batches in this process, one message after the other. */
export function serveLane(port: LanePort): void {
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
  port.onMessage((message) => {
    last = last.then(async () => {
      try {
        port.post(await answer(message))
      } catch (thrown) {
        const { code, context } = toNidusError(thrown)
        port.post({ kind: 'failed', code, context })
      }
    })
  })
}
