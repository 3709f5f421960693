import type { Page } from 'playwright'

/** What a pane's canvas really shows: red, green, blue, alpha bytes, [height * width * 4]. */
export interface PanePixels {
  width: number
  height: number
  bytes: Uint8Array
}

/** Reads the drawn canvas of a pane, without the texts and marks that lie over it, after it has come to rest. */
export async function panePixels(page: Page, kind = 'overlay'): Promise<PanePixels> {
  const read = (): Promise<{ width: number; height: number; base64: string }> =>
    page.evaluate(async (kind) => {
      for (let i = 0; i < 3; i++) await new Promise(requestAnimationFrame)
      const canvas = document.querySelector<HTMLCanvasElement>(`[data-testid=viewport-${kind}] canvas`)
      if (!canvas) throw new Error('the pane has no canvas')
      const { width, height } = canvas
      const { data } = (canvas.getContext('2d') as CanvasRenderingContext2D).getImageData(0, 0, width, height)
      let binary = ''
      for (let i = 0; i < data.length; i += 8192) binary += String.fromCharCode(...data.subarray(i, i + 8192))
      return { width, height, base64: btoa(binary) }
    }, kind)
  let last = await read()
  for (let attempt = 0; attempt < 20; attempt++) {
    const next = await read()
    if (next.base64 === last.base64) break
    last = next
    await page.waitForTimeout(50)
  }
  return { width: last.width, height: last.height, bytes: Buffer.from(last.base64, 'base64') }
}

/** Luma of a pixel (ITU-R BT.601), 0 to 255. */
export const lumaAt = ({ bytes }: PanePixels, pixel: number): number =>
  0.299 * bytes[4 * pixel] + 0.587 * bytes[4 * pixel + 1] + 0.114 * bytes[4 * pixel + 2]

/** Pixels that are coloured rather than grey: what the heatmap covers. */
export function colouredPixels({ bytes }: PanePixels): number[] {
  const found: number[] = []
  for (let pixel = 0; pixel < bytes.length / 4; pixel++) {
    const channels = bytes.subarray(4 * pixel, 4 * pixel + 3)
    if (Math.max(...channels) - Math.min(...channels) > 12) found.push(pixel)
  }
  return found
}

/** Smallest and largest column and row of some pixels. */
export function boundsOf({ width }: PanePixels, pixels: number[]) {
  const bounds = { left: Infinity, top: Infinity, right: -Infinity, bottom: -Infinity }
  for (const pixel of pixels) {
    bounds.left = Math.min(bounds.left, pixel % width)
    bounds.right = Math.max(bounds.right, pixel % width)
    bounds.top = Math.min(bounds.top, Math.floor(pixel / width))
    bounds.bottom = Math.max(bounds.bottom, Math.floor(pixel / width))
  }
  return bounds
}

/** Mean column and row of some pixels. */
export function centreOf({ width }: PanePixels, pixels: number[]): { x: number; y: number } {
  const sum = pixels.reduce(
    ({ x, y }, pixel) => ({ x: x + (pixel % width), y: y + Math.floor(pixel / width) }),
    { x: 0, y: 0 }
  )
  return { x: sum.x / pixels.length, y: sum.y / pixels.length }
}
