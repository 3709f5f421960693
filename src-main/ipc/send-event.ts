import type { WebContents } from 'electron'
import type { EventName } from '../contract/channel-names'
import type { EventPayload } from '../contract/channels'

/** Sends an event to the window. */
export type SendEvent = <E extends EventName>(event: E, payload: EventPayload<E>) => void

/** Sends events to a window as long as there is one. */
export function createSendEvent(window: () => WebContents | null): SendEvent {
  return (event, payload) => {
    const contents = window()
    if (contents && !contents.isDestroyed()) contents.send(event, payload)
  }
}
