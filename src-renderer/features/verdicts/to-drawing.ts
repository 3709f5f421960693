import type { Drawing } from '../../../src-main/contract/feedback'
import type { DrawnShape } from '../../state/tools'
import type { Point } from '../../viewer/viewport-geometry'

/** Drawn points count from the outer corner of the first pixel, stored ones from its centre. */
const toStored = ({ x, y }: Point): [number, number] => [x - 0.5, y - 0.5]
const toDrawn = ([x, y]: readonly [number, number]): Point => ({ x: x + 0.5, y: y + 0.5 })

/** More points than this are thinned out: they lie closer than any hand can mean. */
const mostPoints = 20_000

/**
 * A drawn shape as it is stored with a missed finding.
 * @returns null for shapes that enclose nothing and kinds that outline no finding
 */
export function toDrawing({ kind, points, radiusPx }: DrawnShape): Drawing | null {
  const thinned = thin(points)
  switch (kind) {
    case 'ellipse': {
      const [one, other] = points
      if (!one || !other) return null
      const radii: [number, number] = [Math.abs(other.x - one.x) / 2, Math.abs(other.y - one.y) / 2]
      if (radii[0] === 0 || radii[1] === 0) return null
      const centre = toStored({ x: (one.x + other.x) / 2, y: (one.y + other.y) / 2 })
      return { tool: 'ellipse', centre, radii, angleRad: 0 }
    }
    case 'freehand':
      return thinned.length < 3 ? null : { tool: 'freehand', outline: thinned.map(toStored) }
    case 'brush':
      return thinned.length === 0 || !radiusPx
        ? null
        : { tool: 'brush', stroke: thinned.map(toStored), radiusPx }
    default:
      return null
  }
}

function thin(points: readonly Point[]): readonly Point[] {
  const step = Math.ceil(points.length / mostPoints)
  return step <= 1 ? points : points.filter((_, i) => i % step === 0)
}

/** Corners of an ellipse that is drawn as a polygon: finer than a pixel up to a radius of some hundred. */
const ellipseCorners = 96

/** A line of a stored drawing in drawn points: a closed outline, or a stroke of a brush. */
export interface DrawnLine {
  points: Point[]
  closed: boolean
  /** of the brush, source pixels; null for an outline */
  radiusPx: number | null
}

/** The lines that a stored drawing is made of. */
export function linesOf(drawing: Drawing): DrawnLine[] {
  switch (drawing.tool) {
    case 'ellipse': {
      const { centre, radii, angleRad } = drawing
      const [cos, sin] = [Math.cos(angleRad), Math.sin(angleRad)]
      const points = Array.from({ length: ellipseCorners }, (_, i) => {
        const at = (2 * Math.PI * i) / ellipseCorners
        const [along, across] = [radii[0] * Math.cos(at), radii[1] * Math.sin(at)]
        return toDrawn([centre[0] + along * cos - across * sin, centre[1] + along * sin + across * cos])
      })
      return [{ points, closed: true, radiusPx: null }]
    }
    case 'freehand':
      return [{ points: drawing.outline.map(toDrawn), closed: true, radiusPx: null }]
    case 'brush':
      return strokesOf(drawing).map(({ stroke, radiusPx }) => ({
        points: stroke.map(toDrawn),
        closed: false,
        radiusPx
      }))
  }
}

type Brush = Extract<Drawing, { tool: 'brush' }>

function strokesOf({
  stroke,
  radiusPx,
  further = []
}: Brush): { stroke: Brush['stroke']; radiusPx: number }[] {
  return [{ stroke, radiusPx }, ...further]
}

/**
 * Adds a stroke of the brush to a drawing that it touches: a finding is painted in several strokes.
 * @returns null where it touches nothing painted before
 */
export function addStroke(painted: Drawing | null, added: Drawing | null): Drawing | null {
  if (painted?.tool !== 'brush' || added?.tool !== 'brush') return null
  const touches = strokesOf(painted).some((one) => isTouching(one, added))
  if (!touches) return null
  const { stroke, radiusPx } = added
  return { ...painted, further: [...(painted.further ?? []), { stroke, radiusPx }] }
}

/** Points of a stroke lie closer to one another than a brush is wide, so that comparing points is enough. */
function isTouching(
  one: { stroke: Brush['stroke']; radiusPx: number },
  other: { stroke: Brush['stroke']; radiusPx: number }
): boolean {
  const reach = (one.radiusPx + other.radiusPx) ** 2
  return one.stroke.some(([x, y]) => other.stroke.some(([u, v]) => (x - u) ** 2 + (y - v) ** 2 <= reach))
}
