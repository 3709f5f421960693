import { serveFeedback } from './feedback/service/serve-feedback'
import type { FeedbackPort, ToFeedback } from './feedback/service/feedback-protocol'
import { StoreKeeper } from './feedback/service/store-keeper'
import { appVersion } from './platform/app-paths'

interface ParentPort {
  postMessage(message: unknown): void
  on(event: 'message', listener: (event: { data: unknown }) => void): void
}

/** The channel to whoever started this process: Electron's utilityProcess or Node's child_process.fork. */
function portToParent(): FeedbackPort | null {
  const utility = (process as { parentPort?: ParentPort }).parentPort
  if (utility) {
    return {
      post: (message) => utility.postMessage(message),
      onMessage: (listener) => utility.on('message', ({ data }) => listener(data as ToFeedback))
    }
  }
  if (!process.send) return null
  process.once('disconnect', () => process.exit(0))
  return {
    // A failed send means that the parent is gone: disconnect ends this process.
    post: (message) => void process.send?.(message, undefined, undefined, () => undefined),
    onMessage: (listener) => void process.on('message', (message) => listener(message as ToFeedback))
  }
}

const port = portToParent()
const path = process.argv[2]
if (port && path)
  serveFeedback(port, new StoreKeeper({ path, now: () => new Date(), appVersion: appVersion() }))
