import type { ProbeReading } from '../../state/probe'
import type { Point } from '../../viewer/viewport-geometry'
import type { PaneHold } from './pane-hold'

/** What the image and the map hold at a source pixel; null beside the image. */
export function probeAt({ images }: Pick<PaneHold, 'images'>, pixel: Point): ProbeReading | null {
  const pixels = images.slice?.pixels
  if (!pixels) return null
  const x = Math.floor(pixel.x)
  const y = Math.floor(pixel.y)
  if (x < 0 || y < 0 || x >= pixels.columns || y >= pixels.rows) return null
  const offset = y * pixels.columns + x
  const layer = images.layer?.layer === 'reconstruction' ? null : images.layer
  const score = layer ? (layer.values[offset] as number) : null
  return {
    x,
    y,
    value: pixels.values[offset] as number,
    stored: pixels.stored ? (pixels.stored[offset] as number) : null,
    rgb: pixels.rgb ? ([0, 1, 2].map((c) => pixels.rgb?.[3 * offset + c]) as [number, number, number]) : null,
    score,
    inForeground: layer !== null && score !== layer.floor
  }
}
