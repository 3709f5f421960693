import { useProbe, type ProbeReading } from '../../state/probe'
import { goToSlice, poseOf, setPose, setWindow, useView } from '../../state/view'
import type { PointerActions } from '../../viewer/attach-pointer-tools'
import {
  invert,
  panBy,
  pixelToCanvasMatrix,
  transformPoint,
  zoomAbout,
  type CanvasSize,
  type ImageShape,
  type Point
} from '../../viewer/viewport-geometry'
import type { PaneImages } from './use-pane-images'
import type { Reading } from './use-reading'

/**
 * What the hand does on a pane, done to the series being read: all panes of it follow.
 * @param latest what the pane shows now
 * @param size of the pane, CSS pixels
 */
export function pointerActions(
  latest: () => { reading: Reading; images: PaneImages },
  size: () => CanvasSize
): PointerActions {
  const seriesId = (): string => latest().reading.series.id
  const shape = (): ImageShape => latest().images.slice?.pixels ?? latest().reading.slice
  const pose = () => poseOf(useView.getState(), seriesId())
  return {
    scroll: (slices) => {
      const { series } = latest().reading
      goToSlice(series.id, (useView.getState().slices[series.id] ?? 0) + slices, series.slices.length)
    },
    zoom: (factor, anchor) => setPose(seriesId(), zoomAbout(shape(), size(), pose(), factor, anchor)),
    pan: (delta) => setPose(seriesId(), panBy(shape(), size(), pose(), delta)),
    adjustWindow: (delta) => {
      const { reading, images } = latest()
      const pixels = images.slice?.pixels
      if (!pixels || pixels.rgb) return
      const perPixel = Math.max(pixels.maximum - pixels.minimum, 1e-6) / 600
      const { window } = reading
      setWindow(seriesId(), {
        ...window,
        // LINEAR turns into a step at a width of 1, which no hand aims at
        ...(window.lut || window.function ? {} : { function: 'linear-exact' as const }),
        center: window.center + delta.y * perPixel,
        width: Math.max(perPixel, window.width + delta.x * perPixel)
      })
    },
    hover: (at) => useProbe.setState({ probe: at ? probeAt(at) : null })
  }

  function probeAt(at: Point): ProbeReading | null {
    const { images } = latest()
    const pixels = images.slice?.pixels
    if (!pixels) return null
    const pixel = transformPoint(invert(pixelToCanvasMatrix(pixels, size(), pose())), at)
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
      rgb: pixels.rgb
        ? ([0, 1, 2].map((c) => pixels.rgb?.[3 * offset + c]) as [number, number, number])
        : null,
      score,
      inForeground: layer !== null && score !== layer.floor
    }
  }
}
