import { pixelStretch, type ImageShape, type Point } from './viewport-geometry'

/** A size in millimetres where Pixel Spacing is known, else in pixels (of the shorter side where they are not square). */
export interface Size {
  value: number
  unit: 'mm' | 'px' | 'mm²' | 'px²'
}

/** Width and height of a pixel in the unit that sizes are given in. */
function pixelSides(shape: ImageShape): { across: number; down: number; known: boolean } {
  const known = shape.spacingMm !== null
  const stretch = pixelStretch(shape)
  const side = shape.spacingMm ? Math.min(...shape.spacingMm) : 1
  return { across: stretch.x * side, down: stretch.y * side, known }
}

/** Distance of two points of the image plane, by Pixel Spacing (0028,0030) of rows and columns each. */
export function measureLength([from, to]: readonly Point[], shape: ImageShape): Size {
  const { across, down, known } = pixelSides(shape)
  const value = from && to ? Math.hypot((to.x - from.x) * across, (to.y - from.y) * down) : 0
  return { value, unit: known ? 'mm' : 'px' }
}

/**
 * Angle at the second of three points, degrees from 0 to 180, as it is in the patient: pixels that are not square are
 * stretched first. NaN where an arm has no length.
 */
export function measureAngle([end, vertex, other]: readonly Point[], shape: ImageShape): number {
  if (!end || !vertex || !other) return NaN
  const { across, down } = pixelSides(shape)
  const [ax, ay] = [(end.x - vertex.x) * across, (end.y - vertex.y) * down]
  const [bx, by] = [(other.x - vertex.x) * across, (other.y - vertex.y) * down]
  if (Math.hypot(ax, ay) === 0 || Math.hypot(bx, by) === 0) return NaN
  // atan2 of cross and dot product: exact near 0 and 180 too, where the arc cosine is not
  return (Math.abs(Math.atan2(ax * by - ay * bx, ax * bx + ay * by)) * 180) / Math.PI
}

/** Area inside a closed shape: that of the outline itself, not of the pixels that it covers. */
export function measureArea(
  kind: 'ellipse' | 'rectangle' | 'freehand',
  points: readonly Point[],
  shape: ImageShape
): Size {
  const { across, down, known } = pixelSides(shape)
  return { value: areaPx(kind, points) * across * down, unit: known ? 'mm²' : 'px²' }
}

function areaPx(kind: 'ellipse' | 'rectangle' | 'freehand', points: readonly Point[]): number {
  if (kind === 'freehand') {
    const twice = points.reduce((sum, { x, y }, i) => {
      const next = points[(i + 1) % points.length] as Point
      return sum + x * next.y - next.x * y
    }, 0)
    return Math.abs(twice) / 2
  }
  const [a, b] = points
  if (!a || !b) return 0
  const box = Math.abs((b.x - a.x) * (b.y - a.y))
  return kind === 'rectangle' ? box : (Math.PI / 4) * box
}
