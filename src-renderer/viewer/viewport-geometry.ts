/**
 * Where image pixels lie on the canvas of a pane. The same transform as cornerstone-core 2.6.1
 * (`calculateTransform`): centre of the canvas, rotation, scale (with the longer pixel side stretched), pan along
 * the axes of the screen, flips, centre of the image. Pixel coordinates count from the outer corner of the first
 * pixel, so that the centre of pixel (column, row) is at (column + 0.5, row + 0.5).
 */

export interface ImageShape {
  rows: number
  columns: number
  spacingMm: readonly [row: number, column: number] | null
  /** height and width of a pixel where its spacing is not known */
  pixelAspect?: readonly [row: number, column: number] | null
}

export interface CanvasSize {
  width: number
  height: number
}

export interface Point {
  x: number
  y: number
}

/** How a reader has placed an image, without regard to the size of the pane. */
export interface ViewPose {
  /** 1 shows the whole image, as large as the pane allows */
  zoom: number
  /** image pixels, along the axes of the screen */
  translation: Point
  /** degrees clockwise: 0, 90, 180 or 270 */
  rotation: number
  hflip: boolean
  vflip: boolean
}

export const restingPose: ViewPose = {
  zoom: 1,
  translation: { x: 0, y: 0 },
  rotation: 0,
  hflip: false,
  vflip: false
}

/** [a, b, c, d, e, f]: x' = a x + c y + e, y' = b x + d y + f, as canvas contexts count them. */
export type Matrix = readonly [number, number, number, number, number, number]

/** Stretch of a pixel along columns (x) and rows (y); the shorter side of a pixel counts 1. */
export function pixelStretch({ spacingMm, pixelAspect }: ImageShape): Point {
  const [row, column] = spacingMm ?? pixelAspect ?? [1, 1]
  const shorter = Math.min(row, column)
  return { x: column / shorter, y: row / shorter }
}

/** Canvas pixels per image pixel (of its shorter side) at which the whole image just fits. */
export function fitScale(shape: ImageShape, canvas: CanvasSize, rotation: number): number {
  const stretch = pixelStretch(shape)
  const width = shape.columns * stretch.x
  const height = shape.rows * stretch.y
  const lying = Math.abs(Math.round(rotation / 90)) % 2 === 1
  const [across, down] = lying ? [height, width] : [width, height]
  return Math.min(canvas.width / across, canvas.height / down)
}

/** The transform from image pixels to canvas pixels. */
export function pixelToCanvasMatrix(shape: ImageShape, canvas: CanvasSize, pose: ViewPose): Matrix {
  const stretch = pixelStretch(shape)
  const scale = fitScale(shape, canvas, pose.rotation) * pose.zoom
  const { cos, sin } = turn(pose.rotation)
  // rotation * scale: columns are the images of the unrotated axes
  const rs: Matrix = [
    cos * scale * stretch.x,
    sin * scale * stretch.x,
    -sin * scale * stretch.y,
    cos * scale * stretch.y,
    0,
    0
  ]
  const h = pose.hflip ? -1 : 1
  const v = pose.vflip ? -1 : 1
  const a = rs[0] * h
  const b = rs[1] * h
  const c = rs[2] * v
  const d = rs[3] * v
  const pan = panOnCanvas(pose.translation, scale, stretch, cos, sin)
  const centreX = shape.columns / 2
  const centreY = shape.rows / 2
  return [
    a,
    b,
    c,
    d,
    canvas.width / 2 + pan.x - a * centreX - c * centreY,
    canvas.height / 2 + pan.y - b * centreX - d * centreY
  ]
}

/** Applies a transform to a point. */
export function transformPoint(matrix: Matrix, { x, y }: Point): Point {
  const [a, b, c, d, e, f] = matrix
  return { x: a * x + c * y + e, y: b * x + d * y + f }
}

/** The transform back. Matrices made here are never singular. */
export function invert(matrix: Matrix): Matrix {
  const [a, b, c, d, e, f] = matrix
  const det = a * d - b * c
  return [d / det, -b / det, -c / det, a / det, (c * f - d * e) / det, (b * e - a * f) / det]
}

/** The pose after the image was dragged by `delta` canvas pixels. */
export function panBy(shape: ImageShape, canvas: CanvasSize, pose: ViewPose, delta: Point): ViewPose {
  const stretch = pixelStretch(shape)
  const scale = fitScale(shape, canvas, pose.rotation) * pose.zoom
  const { cos, sin } = turn(pose.rotation)
  // into the rotated axes, undo the scale there, and back
  const along = (cos * delta.x + sin * delta.y) / (scale * stretch.x)
  const across = (-sin * delta.x + cos * delta.y) / (scale * stretch.y)
  return {
    ...pose,
    translation: {
      x: pose.translation.x + cos * along - sin * across,
      y: pose.translation.y + sin * along + cos * across
    }
  }
}

/** The pose after zooming by `factor` with the image point under `anchor` (canvas pixels) held in place. */
export function zoomAbout(
  shape: ImageShape,
  canvas: CanvasSize,
  pose: ViewPose,
  factor: number,
  anchor: Point
): ViewPose {
  const zoom = Math.min(40, Math.max(0.1, pose.zoom * factor))
  const held = transformPoint(invert(pixelToCanvasMatrix(shape, canvas, pose)), anchor)
  const zoomed = { ...pose, zoom }
  const moved = transformPoint(pixelToCanvasMatrix(shape, canvas, zoomed), held)
  return panBy(shape, canvas, zoomed, { x: anchor.x - moved.x, y: anchor.y - moved.y })
}

/** The pose with an image point in the middle of the canvas. */
export function centreOn(shape: ImageShape, canvas: CanvasSize, pose: ViewPose, pixel: Point): ViewPose {
  const at = transformPoint(pixelToCanvasMatrix(shape, canvas, pose), pixel)
  return panBy(shape, canvas, pose, { x: canvas.width / 2 - at.x, y: canvas.height / 2 - at.y })
}

function turn(degrees: number): { cos: number; sin: number } {
  const radians = (degrees * Math.PI) / 180
  return { cos: Math.cos(radians), sin: Math.sin(radians) }
}

function panOnCanvas(translation: Point, scale: number, stretch: Point, cos: number, sin: number): Point {
  const along = (cos * translation.x + sin * translation.y) * scale * stretch.x
  const across = (-sin * translation.x + cos * translation.y) * scale * stretch.y
  return { x: cos * along - sin * across, y: sin * along + cos * across }
}
