import type { Point } from './viewport-geometry'

/** A closed shape in source pixels, counted from the outer corner of the first pixel. */
export interface ClosedShape {
  kind: 'ellipse' | 'rectangle' | 'freehand'
  /** opposite corners of the box, or the outline */
  points: readonly Point[]
}

/**
 * Calls `visit` with the offset (row * columns + column) of every pixel whose centre lies inside the shape, row by row;
 * what lies outside the image is left out. Outlines that cross themselves follow the even-odd rule.
 */
export function visitPixelsInside(
  shape: ClosedShape,
  rows: number,
  columns: number,
  visit: (offset: number) => void
): void {
  const ys = shape.points.map(({ y }) => y)
  const first = Math.max(0, Math.ceil(Math.min(...ys) - 0.5))
  const last = Math.min(rows - 1, Math.floor(Math.max(...ys) - 0.5))
  for (let row = first; row <= last; row++) {
    const crossings = crossingsAt(shape, row + 0.5)
    for (let i = 0; i + 1 < crossings.length; i += 2) {
      const from = Math.max(0, Math.ceil((crossings[i] as number) - 0.5))
      const to = Math.min(columns - 1, Math.floor((crossings[i + 1] as number) - 0.5))
      for (let column = from; column <= to; column++) visit(row * columns + column)
    }
  }
}

/** Where a horizontal line enters and leaves the shape, ascending. */
function crossingsAt({ kind, points }: ClosedShape, y: number): number[] {
  if (kind === 'freehand') return outlineCrossings(points, y)
  const [a, b] = points
  if (!a || !b) return []
  const [left, right] = [Math.min(a.x, b.x), Math.max(a.x, b.x)]
  if (kind === 'rectangle') return [left, right]
  const away = (2 * (y - (a.y + b.y) / 2)) / (b.y - a.y)
  const half = ((right - left) / 2) * Math.sqrt(Math.max(0, 1 - away * away))
  const middle = (left + right) / 2
  return half > 0 ? [middle - half, middle + half] : []
}

function outlineCrossings(points: readonly Point[], y: number): number[] {
  const found: number[] = []
  for (let i = 0; i < points.length; i++) {
    const a = points[i] as Point
    const b = points[(i + 1) % points.length] as Point
    if (a.y > y !== b.y > y) found.push(a.x + ((y - a.y) * (b.x - a.x)) / (b.y - a.y))
  }
  return found.sort((one, other) => one - other)
}
