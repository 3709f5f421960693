import { BrowserWindow, screen } from 'electron'

/** A page that crashes again and again would do so for ever. */
const mostReloads = 3

/**
 * Opens the app's window with everything that a page could abuse turned off: no Node, an isolated world for the
 * preload, Chromium's sandbox, no navigation, no further windows, no embedded pages. A page whose process dies is
 * loaded again: studies and analyses live outside of it.
 * @param preload absolute path of the built preload
 * @param pageUrl file URL of the built page
 */
export function openWindow(preload: string, pageUrl: string): BrowserWindow {
  const { workAreaSize } = screen.getPrimaryDisplay()
  const window = new BrowserWindow({
    width: Math.min(1440, workAreaSize.width),
    height: Math.min(900, workAreaSize.height),
    minWidth: 1024,
    minHeight: 640,
    show: false,
    title: 'Nidus',
    backgroundColor: '#0a0c0f',
    webPreferences: {
      preload,
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      webviewTag: false,
      navigateOnDragDrop: false,
      spellcheck: false,
      enableWebSQL: false,
      // a hidden or covered window has to draw as well: its picture may be asked for
      backgroundThrottling: false
    }
  })
  const { webContents } = window
  webContents.on('will-navigate', (event) => event.preventDefault())
  webContents.on('will-attach-webview', (event) => event.preventDefault())
  webContents.setWindowOpenHandler(() => ({ action: 'deny' }))
  let reloads = 0
  webContents.on('render-process-gone', (_event, { reason }) => {
    if (reason === 'clean-exit' || reloads >= mostReloads) return
    reloads += 1
    // while Chromium is still clearing up after the old process it starts no new one
    setTimeout(() => {
      if (!window.isDestroyed()) void window.loadURL(pageUrl)
    }, 100)
  })
  window.once('ready-to-show', () => window.show())
  void window.loadURL(pageUrl)
  return window
}
