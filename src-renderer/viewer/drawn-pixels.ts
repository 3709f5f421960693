/** Enough for the coloured layers of four panes and a magnifier. */
const mostCanvases = 16
const canvases = new Map<string, HTMLCanvasElement>()

/**
 * A canvas with red, green, blue, alpha bytes on it. The canvases of the last images are kept, and the oldest is drawn
 * anew for the next, so that scrolling makes none.
 * @param imageId names the pixels
 */
export function drawnPixels(
  imageId: string,
  { rows, columns }: { rows: number; columns: number },
  pixels: Uint8ClampedArray
): HTMLCanvasElement {
  const kept = canvases.get(imageId)
  if (kept) {
    canvases.delete(imageId)
    canvases.set(imageId, kept)
    return kept
  }
  const canvas = spareCanvas()
  if (canvas.width !== columns || canvas.height !== rows) {
    canvas.width = columns
    canvas.height = rows
  }
  const image = new ImageData(pixels as Uint8ClampedArray<ArrayBuffer>, columns, rows)
  canvas.getContext('2d')?.putImageData(image, 0, 0)
  canvases.set(imageId, canvas)
  return canvas
}

function spareCanvas(): HTMLCanvasElement {
  const [oldest] = canvases
  if (!oldest || canvases.size < mostCanvases) return document.createElement('canvas')
  canvases.delete(oldest[0])
  return oldest[1]
}
