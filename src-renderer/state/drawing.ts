import type { Point } from '../viewer/viewport-geometry'
import { drawingToolOf, finishDraft, pointsOf, useTools, type DrawnShape } from './tools'

/** Points nearer than this, in source pixels, are the same point: a click, not a drag. */
const samePointPx = 1e-6

/** Where a drawing is made. */
export type DrawingPlace = Pick<DrawnShape, 'seriesId' | 'sliceIndex'>

/**
 * The pen goes down at a pixel: a new drawing begins, or the one under way on this slice gets its next point.
 * @returns false where the tool in hand does not draw
 */
export function penDown({ seriesId, sliceIndex }: DrawingPlace, at: Point): boolean {
  const { activeTool, draft, brushRadiusPx } = useTools.getState()
  const tool = drawingToolOf(activeTool)
  if (!tool) return false
  if (draft?.seriesId === seriesId && draft.sliceIndex === sliceIndex) {
    penTo(at)
    return true
  }
  const { kind } = tool
  const points = pointsOf(kind) === null ? [at] : [at, at]
  const radius = kind === 'brush' ? { radiusPx: brushRadiusPx } : {}
  useTools.setState({ draft: { seriesId, sliceIndex, kind, points, ...radius } })
  return true
}

/** The pen moves: the last point follows it; lines drawn by hand get a new one every `step` source pixels. */
export function penTo(at: Point, step = 0.5): void {
  const { draft } = useTools.getState()
  if (!draft) return
  const { points } = draft
  const last = points[points.length - 1] as Point
  if (pointsOf(draft.kind) !== null)
    useTools.setState({ draft: { ...draft, points: [...points.slice(0, -1), at] } })
  else if (distance(last, at) >= step) useTools.setState({ draft: { ...draft, points: [...points, at] } })
}

/**
 * The pen goes up: the shape is finished, or waits for its next point. A click instead of a drag leaves the last point
 * at the pointer until the next click.
 * @param reach source pixels that the hand may shake in a click
 */
export function penUp(reach = samePointPx): void {
  const { draft } = useTools.getState()
  if (!draft) return
  const { points } = draft
  const wanted = pointsOf(draft.kind)
  if (wanted === null) return finishDraft()
  const [before, last] = points.slice(-2) as [Point, Point]
  if (distance(before, last) <= reach) return
  if (points.length >= wanted) finishDraft()
  else useTools.setState({ draft: { ...draft, points: [...points, last] } })
}

/**
 * The key that places a point, at the keyboard's cross. An outline gets a corner each time and is finished where the
 * cross has not moved since; a brush stroke begins, and ends the next time.
 */
export function penKey(place: DrawingPlace, at: Point): void {
  const { draft } = useTools.getState()
  const here = draft?.seriesId === place.seriesId && draft.sliceIndex === place.sliceIndex
  if (!draft || !here) {
    if (draft) useTools.setState({ draft: null })
    penDown(place, at)
    return
  }
  if (draft.kind === 'brush') return finishDraft()
  if (draft.kind !== 'freehand') return penUp()
  const last = draft.points[draft.points.length - 1] as Point
  if (distance(last, at) <= samePointPx) finishDraft()
  else useTools.setState({ draft: { ...draft, points: [...draft.points, at] } })
}

/** Moves the keyboard's cross; what is being drawn follows, but for outlines, which get corners by key alone. */
export function moveCursor(at: Point): void {
  const { draft } = useTools.getState()
  useTools.setState({ cursor: at })
  if (draft && draft.kind !== 'freehand') penTo(at)
}

const distance = (a: Point, b: Point): number => Math.hypot(a.x - b.x, a.y - b.y)
