import type { Drawing } from '../../contract/feedback'

type Point = readonly [number, number]

/** Even-odd rule on pixel centres, edges half-open in y, so that neighbouring outlines share no pixel. */
function insideOutline(outline: readonly Point[], x: number, y: number): boolean {
  let inside = false
  for (let i = 0, j = outline.length - 1; i < outline.length; j = i, i += 1) {
    const [xi, yi] = outline[i]
    const [xj, yj] = outline[j]
    if (yi > y !== yj > y && x < ((xj - xi) * (y - yi)) / (yj - yi) + xi) inside = !inside
  }
  return inside
}

function squaredDistanceToSegment(x: number, y: number, [ax, ay]: Point, [bx, by]: Point): number {
  const [dx, dy] = [bx - ax, by - ay]
  const length = dx * dx + dy * dy
  const along = length === 0 ? 0 : Math.min(1, Math.max(0, ((x - ax) * dx + (y - ay) * dy) / length))
  return (x - ax - along * dx) ** 2 + (y - ay - along * dy) ** 2
}

function isPainted(
  { stroke, radiusPx }: { stroke: readonly Point[]; radiusPx: number },
  x: number,
  y: number
): boolean {
  return stroke.some(
    (to, i) => squaredDistanceToSegment(x, y, stroke[Math.max(0, i - 1)], to) <= radiusPx * radiusPx
  )
}

/** A box [left, top, right, bottom] that holds the drawing, and the test for one pixel centre. */
function describe(drawing: Drawing): { box: number[]; covers: (x: number, y: number) => boolean } {
  const around = (points: readonly Point[], by: number) => [
    points.reduce((least, [x]) => Math.min(least, x), Infinity) - by,
    points.reduce((least, [, y]) => Math.min(least, y), Infinity) - by,
    points.reduce((most, [x]) => Math.max(most, x), -Infinity) + by,
    points.reduce((most, [, y]) => Math.max(most, y), -Infinity) + by
  ]
  switch (drawing.tool) {
    case 'ellipse': {
      const { centre, radii, angleRad } = drawing
      const [cos, sin] = [Math.cos(angleRad), Math.sin(angleRad)]
      return {
        box: around([centre], Math.max(...radii)),
        covers: (x, y) => {
          const [dx, dy] = [x - centre[0], y - centre[1]]
          return ((dx * cos + dy * sin) / radii[0]) ** 2 + ((dy * cos - dx * sin) / radii[1]) ** 2 <= 1
        }
      }
    }
    case 'freehand':
      return { box: around(drawing.outline, 0), covers: (x, y) => insideOutline(drawing.outline, x, y) }
    case 'brush': {
      const strokes = [drawing, ...(drawing.further ?? [])]
      const boxes = strokes.map(({ stroke, radiusPx }) => around(stroke, radiusPx))
      return {
        box: [0, 1, 2, 3].map((side) =>
          boxes.reduce((most, box) => (side < 2 ? Math.min : Math.max)(most, box[side]), boxes[0][side])
        ),
        covers: (x, y) => strokes.some((each) => isPainted(each, x, y))
      }
    }
  }
}

/**
 * The pixels whose centres a drawing covers.
 * @param drawing in source pixel coordinates, pixel centres at integers
 * @returns 0 and 1, [rows * columns]; what lies outside the image is cut off
 */
export function rasteriseDrawing(drawing: Drawing, rows: number, columns: number): Uint8Array {
  const mask = new Uint8Array(rows * columns)
  const { box, covers } = describe(drawing)
  const [left, top] = [Math.max(0, Math.ceil(box[0])), Math.max(0, Math.ceil(box[1]))]
  const [right, bottom] = [Math.min(columns - 1, Math.floor(box[2])), Math.min(rows - 1, Math.floor(box[3]))]
  for (let y = top; y <= bottom; y += 1) {
    for (let x = left; x <= right; x += 1) if (covers(x, y)) mask[y * columns + x] = 1
  }
  return mask
}
