import { promises as fs } from 'node:fs'
import type { BrowserWindow } from 'electron'

const frameMs = 120

/**
 * Writes a PNG of what the window shows, once two captures in a row are the same: what was still being drawn or
 * laid out is then finished. After a few changes the last capture counts (something may be animated).
 */
export async function captureWindow(window: BrowserWindow, path: string): Promise<void> {
  let last: Buffer = Buffer.alloc(0)
  for (let attempt = 0; attempt < 12; attempt++) {
    const png = (await window.webContents.capturePage()).toPNG()
    if (png.length > 0 && png.equals(last)) break
    last = png
    await new Promise((resolve) => setTimeout(resolve, frameMs))
  }
  if (last.length === 0) throw new Error('the window gave no picture')
  await fs.writeFile(path, last)
}
