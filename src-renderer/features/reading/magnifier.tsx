import { useEffect, useRef } from 'react'
import { CornerstonePane, type PaneView } from '../../viewer/cornerstone-pane'
import {
  centreOn,
  fitScale,
  type CanvasSize,
  type ImageShape,
  type Point
} from '../../viewer/viewport-geometry'
import type { PaneImages } from './use-pane-images'

const side = 220
const times = 3

/** A round glass over a pane that shows the pixels under it three times as large, drawn from the image anew. */
export function Magnifier({
  images,
  view,
  shape,
  size,
  pixel,
  at
}: {
  images: PaneImages
  /** how the pane shows the image */
  view: PaneView
  shape: ImageShape
  size: CanvasSize
  /** source pixel in the middle of the glass */
  pixel: Point
  /** where the glass is held, CSS pixels of the pane */
  at: Point
}) {
  const element = useRef<HTMLDivElement>(null)
  const glass = useRef<CornerstonePane | null>(null)
  useEffect(() => {
    if (!element.current) return undefined
    const made = new CornerstonePane(element.current)
    glass.current = made
    return () => {
      made.dispose()
      glass.current = null
    }
  }, [])
  useEffect(() => {
    if (images.base) glass.current?.show(images.base, images.heat)
  }, [images.base, images.heat])
  useEffect(() => {
    const own = { width: side, height: side }
    const { rotation, zoom } = view.pose
    const perPixel = fitScale(shape, size, rotation) * zoom * times
    const pose = {
      ...view.pose,
      zoom: perPixel / fitScale(shape, own, rotation),
      translation: { x: 0, y: 0 }
    }
    glass.current?.setView({ ...view, pose: centreOn(shape, own, pose, pixel) })
  }, [view, shape, size, pixel])
  return (
    <div
      className="magnifier"
      data-testid="magnifier"
      style={{ left: at.x - side / 2, top: at.y - side / 2, width: side, height: side }}
    >
      <div ref={element} className="cornerstone-element" />
    </div>
  )
}
