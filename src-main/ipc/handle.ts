import { ipcMain, type IpcMainInvokeEvent } from 'electron'
import type { ChannelName } from '../contract/channel-names'
import { requestSchemas, type Envelope, type Request, type Response } from '../contract/channels'
import { NidusError, toNidusError } from '../contract/errors'

/** Registers what serves a channel. */
export type Handle = <C extends ChannelName>(
  channel: C,
  serve: (request: Request<C>) => Response<C> | Promise<Response<C>>
) => void

/**
 * The only way in from a window. Every request passes the same three gates: it comes from the app's own page, it
 * is what the channel's schema says, and whatever is thrown becomes a code that the window has words for.
 * @param isOurs whether an event was sent by the app's own page in its own window
 */
export function createHandle(isOurs: (event: IpcMainInvokeEvent) => boolean): Handle {
  return (channel, serve) => {
    ipcMain.handle(channel, async (event, request: unknown): Promise<Envelope<unknown>> => {
      try {
        if (!isOurs(event)) throw new NidusError('sender-foreign', { channel })
        const parsed = requestSchemas[channel].safeParse(request)
        if (!parsed.success) {
          const issue = parsed.error.issues[0]
          const reason = `${issue?.path.join('.') || 'request'}: ${issue?.message ?? 'invalid'}`
          throw new NidusError('request-invalid', { channel, reason })
        }
        return { ok: true, value: await serve(parsed.data as Request<typeof channel>) }
      } catch (thrown) {
        const { code, context } = toNidusError(thrown)
        return { ok: false, error: { code, context } }
      }
    })
  }
}

/**
 * Whether an event comes from the page that the app loaded, in the main frame of its window.
 * @param pageUrl file URL of the page
 */
export function isFromPage(
  event: Pick<IpcMainInvokeEvent, 'sender' | 'senderFrame'>,
  pageUrl: string
): boolean {
  const frame = event.senderFrame
  return frame !== null && frame === event.sender.mainFrame && withoutFragment(frame.url) === pageUrl
}

const withoutFragment = (url: string): string => url.split('#')[0] as string
