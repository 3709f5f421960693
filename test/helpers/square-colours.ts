import type { Page } from 'playwright'
import { panePixels } from './pane-pixels'

/**
 * What the pane shows of an image of squares beside one another that fits it: red, green, blue of each square, looked up
 * at a height of the image.
 * @param side of a square, in pixels
 * @param aspect height of a pixel over its width
 * @param height from 0, the image's top, to 1
 */
export async function squareColours(
  page: Page,
  {
    squares,
    side,
    aspect = 1,
    height = 0.25
  }: { squares: number; side: number; aspect?: number; height?: number }
): Promise<number[][]> {
  const pane = await panePixels(page)
  // the image lies in the pane's middle
  const scale = Math.min(pane.width / (side * squares), pane.height / (side * aspect))
  return Array.from({ length: squares }, (_, square) => {
    const x = Math.floor(pane.width / 2 + (square + 0.5 - squares / 2) * side * scale)
    const y = Math.floor(pane.height / 2 + (height - 0.5) * side * aspect * scale)
    return Array.from(pane.bytes.subarray(4 * (y * pane.width + x), 4 * (y * pane.width + x) + 3))
  })
}
