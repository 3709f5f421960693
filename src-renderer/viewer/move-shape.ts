import type { Point } from './viewport-geometry'

/** Something drawn, as far as it can be grasped; see DrawnShape for what its points are. */
export interface GraspableShape {
  kind: string
  points: readonly Point[]
}

/** What the hand has hold of: a handle by its place, or the whole. */
export type Grasp = number | 'whole'

/** Every point moved by the same way. */
export function movedBy(points: readonly Point[], { x, y }: Point): Point[] {
  return points.map((point) => ({ x: point.x + x, y: point.y + y }))
}

/** One handle of a shape moved by a way. A freehand outline has no handles: it moves as a whole. */
export function withHandleMoved({ kind, points }: GraspableShape, handle: number, by: Point): Point[] {
  const from = handlesOf({ kind, points })[handle]
  if (!from) return movedBy(points, by)
  const to = { x: from.x + by.x, y: from.y + by.y }
  if (kind === 'length' || kind === 'angle') return points.map((point, i) => (i === handle ? to : point))
  const [a, b] = points as [Point, Point]
  // the corner across stays where it is, and every handle keeps its place in the order
  return [
    { x: handle === 0 || handle === 3 ? to.x : a.x, y: handle < 2 ? to.y : a.y },
    { x: handle === 1 || handle === 2 ? to.x : b.x, y: handle < 2 ? b.y : to.y }
  ]
}

/** Where a shape can be taken hold of: its points, or the four corners of its box in turn. */
export function handlesOf({ kind, points }: GraspableShape): Point[] {
  if (kind === 'length' || kind === 'angle') return [...points]
  const [a, b] = points
  if (!a || !b || (kind !== 'ellipse' && kind !== 'rectangle')) return []
  return [a, { x: b.x, y: a.y }, b, { x: a.x, y: b.y }]
}

/** The line of a shape in source pixels; `closed` where its end meets its start. */
export function outlineOf({ kind, points }: GraspableShape): { points: Point[]; closed: boolean } {
  const [a, b] = points
  if (kind === 'ellipse' && a && b) {
    const turns = Array.from({ length: 72 }, (_, i) => (i * Math.PI) / 36)
    return {
      closed: true,
      points: turns.map((turn) => ({
        x: (a.x + b.x) / 2 + ((b.x - a.x) / 2) * Math.cos(turn),
        y: (a.y + b.y) / 2 + ((b.y - a.y) / 2) * Math.sin(turn)
      }))
    }
  }
  if (kind === 'rectangle' && a && b) return { closed: true, points: handlesOf({ kind, points }) }
  return { closed: kind === 'freehand', points: [...points] }
}

/**
 * What of a shape lies under the pointer; null where nothing does.
 * @param toScreen from source pixels to the unit of `at` and `reach`
 */
export function graspAt(
  shape: GraspableShape,
  toScreen: (pixel: Point) => Point,
  at: Point,
  reach: number
): Grasp | null {
  const handle = handlesOf(shape).findIndex((corner) => distance(toScreen(corner), at) <= reach)
  if (handle >= 0) return handle
  const { points, closed } = outlineOf(shape)
  const line = points.map(toScreen)
  const last = closed ? line.length : line.length - 1
  for (let i = 0; i < last; i++) {
    if (distanceToSegment(at, line[i] as Point, line[(i + 1) % line.length] as Point) <= reach) return 'whole'
  }
  return null
}

const distance = (a: Point, b: Point): number => Math.hypot(a.x - b.x, a.y - b.y)

function distanceToSegment(at: Point, from: Point, to: Point): number {
  const [dx, dy] = [to.x - from.x, to.y - from.y]
  const squared = dx * dx + dy * dy
  const along = squared === 0 ? 0 : ((at.x - from.x) * dx + (at.y - from.y) * dy) / squared
  const share = Math.min(1, Math.max(0, along))
  return distance(at, { x: from.x + share * dx, y: from.y + share * dy })
}
