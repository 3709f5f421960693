import { poseOf, useView } from '../../state/view'
import {
  invert,
  pixelToCanvasMatrix,
  transformPoint,
  type CanvasSize,
  type ImageShape,
  type Matrix,
  type Point,
  type ViewPose
} from '../../viewer/viewport-geometry'
import type { PaneImages } from './use-pane-images'
import type { Reading } from './use-reading'

/** A pane as the hand and the keys take hold of it: what it shows now, and where its pixels lie on the screen. */
export class PaneHold {
  /**
   * @param latest what the pane shows now
   * @param measure its size, CSS pixels
   * @param place of the pane in the layout, from 0
   */
  constructor(
    private readonly latest: () => { reading: Reading; images: PaneImages },
    private readonly measure: () => CanvasSize,
    readonly place: number
  ) {}

  get reading(): Reading {
    return this.latest().reading
  }

  get images(): PaneImages {
    return this.latest().images
  }

  get seriesId(): string {
    return this.reading.series.id
  }

  get shape(): ImageShape {
    return this.images.slice?.pixels ?? this.reading.slice
  }

  get size(): CanvasSize {
    return this.measure()
  }

  get pose(): ViewPose {
    return poseOf(useView.getState(), this.seriesId)
  }

  get matrix(): Matrix {
    return pixelToCanvasMatrix(this.shape, this.size, this.pose)
  }

  /** CSS pixels to source pixels. */
  toPixel(at: Point): Point {
    return transformPoint(invert(this.matrix), at)
  }

  /** CSS pixels to source pixels, kept on the image. */
  toImage(at: Point): Point {
    const { x, y } = this.toPixel(at)
    const { columns, rows } = this.shape
    return { x: Math.min(columns, Math.max(0, x)), y: Math.min(rows, Math.max(0, y)) }
  }

  /** Source pixels to CSS pixels. */
  toScreen(pixel: Point): Point {
    return transformPoint(this.matrix, pixel)
  }

  /** Source pixels along one CSS pixel, of their shorter side. */
  get pixelsPerCss(): number {
    const [a, b, c, d] = this.matrix
    return 1 / Math.min(Math.hypot(a, b), Math.hypot(c, d))
  }
}
