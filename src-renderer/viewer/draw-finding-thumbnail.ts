import type { Finding } from '../../src-main/contract/analysis'
import { shadeOf } from '../../src-main/contract/apply-window'
import type { LayerMessage } from '../../src-main/contract/channels'
import type { ValueWindow } from '../../src-main/contract/study'
import type { LoadedSlice } from './slice-source'
import { traceContours } from './trace-contours'
import { pixelStretch } from './viewport-geometry'

interface Content {
  pixels: LoadedSlice['pixels']
  layer: LayerMessage
  finding: Finding
  /** score units */
  threshold: number
  window: ValueWindow
  /** of the picture, CSS pixels */
  side: number
}

/** Least side of the crop, in the shorter sides of a pixel: a speck keeps its surroundings. */
const leastCrop = 28

/** Draws a square crop about a finding, as large in the patient as the finding needs, and the line at the threshold. */
export function drawFindingThumbnail(canvas: HTMLCanvasElement, content: Content): void {
  const { pixels, layer, finding, threshold, window: shown, side } = content
  const stretch = pixelStretch(pixels)
  const [x, y, width, height] = finding.bbox
  const crop = Math.max(leastCrop, 1.5 * width * stretch.x, 1.5 * height * stretch.y)
  const columns = Math.ceil(crop / stretch.x)
  const rows = Math.ceil(crop / stretch.y)
  const left = Math.round(x + width / 2 - columns / 2)
  const top = Math.round(y + height / 2 - rows / 2)

  const shade = shadeOf(shown)
  const grey = new ImageData(columns, rows)
  const scores = new Float32Array(columns * rows).fill(NaN)
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const [fromX, fromY] = [left + column, top + row]
      if (fromX < 0 || fromY < 0 || fromX >= pixels.columns || fromY >= pixels.rows) continue
      const from = fromY * pixels.columns + fromX
      const to = row * columns + column
      scores[to] = layer.values[from] as number
      const level = 255 * shade(pixels.values[from] as number)
      const value = pixels.padding?.[from] ? 0 : pixels.inverted ? 255 - level : level
      const { rgb, supplement } = pixels
      const colour = rgb
        ? rgb.subarray(3 * from, 3 * from + 3)
        : supplement?.[4 * from + 3]
          ? supplement.subarray(4 * from, 4 * from + 3)
          : [value, value, value]
      grey.data.set(colour, 4 * to)
      grey.data[4 * to + 3] = 255
    }
  }
  const density = window.devicePixelRatio || 1
  canvas.width = canvas.height = Math.round(side * density)
  const context = canvas.getContext('2d')
  const small = document.createElement('canvas')
  small.width = columns
  small.height = rows
  small.getContext('2d')?.putImageData(grey, 0, 0)
  if (!context) return
  context.imageSmoothingEnabled = true
  context.drawImage(small, 0, 0, canvas.width, canvas.height)
  context.scale(canvas.width / columns, canvas.height / rows)
  context.beginPath()
  for (const contour of traceContours(scores, rows, columns, threshold)) {
    for (let i = 0; i < contour.length; i += 2) {
      if (i === 0) context.moveTo(contour[i] as number, contour[i + 1] as number)
      else context.lineTo(contour[i] as number, contour[i + 1] as number)
    }
    context.closePath()
  }
  context.setTransform(1, 0, 0, 1, 0, 0)
  context.strokeStyle = '#ffb454'
  context.lineWidth = 1.2 * density
  context.stroke()
}
