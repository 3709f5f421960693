import { vi } from 'vitest'

type Listener = (event: unknown, request: unknown) => Promise<unknown>

/** Stands in for electron's main side in unit tests: keeps what is registered, so that a test can call it. */
export function electronDouble() {
  const channels = new Map<string, Listener>()
  const mainFrame = { url: 'file:///app/out/renderer/index.html' }
  return {
    channels,
    module: {
      ipcMain: { handle: vi.fn((channel: string, listener: Listener) => channels.set(channel, listener)) }
    },
    /** an event as electron sends it for the app's own page */
    ours: { sender: { mainFrame }, senderFrame: mainFrame },
    /** calls a channel as the page does */
    ask: (channel: string, request: unknown, event: unknown) => channels.get(channel)?.(event, request)
  }
}
