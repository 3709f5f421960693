/** Corners of a closed line, x and y in turn: image pixels, with the centre of pixel (column, row) at + 0.5. */
export type Contour = number[]

/**
 * Where a map crosses a level, by marching squares (Lorensen & Cline 1987 in two dimensions) between pixel centres with
 * linear interpolation. Pixels outside the image count as far below, so every line closes; where two opposite corners
 * are over the level, the mean of the four decides whether they are joined.
 * @param values [rows * columns]; what is no number counts as below
 * @returns closed lines, with the side over the level on the right hand in image coordinates
 */
export function traceContours(values: Float32Array, rows: number, columns: number, level: number): Contour[] {
  const at = (column: number, row: number): number => {
    if (column < 0 || row < 0 || column >= columns || row >= rows) return -Infinity
    const value = values[row * columns + column] as number
    return Number.isNaN(value) ? -Infinity : value
  }
  // an edge is named by the pixel it starts from and its direction; each is entered and left once at most
  const next = new Map<number, number>()
  const points = new Map<number, [number, number]>()
  const stride = 2 * (columns + 2)
  const across = (column: number, row: number): number => {
    const key = (row + 1) * stride + 2 * (column + 1)
    points.set(key, [column + share(at(column, row), at(column + 1, row), level) + 0.5, row + 0.5])
    return key
  }
  const down = (column: number, row: number): number => {
    const key = (row + 1) * stride + 2 * (column + 1) + 1
    points.set(key, [column + 0.5, row + share(at(column, row), at(column, row + 1), level) + 0.5])
    return key
  }
  for (let row = -1; row < rows; row++) {
    for (let column = -1; column < columns; column++) {
      const corners = [at(column, row), at(column + 1, row), at(column + 1, row + 1), at(column, row + 1)]
      const over = corners.reduce((bits, value, corner) => bits | (value >= level ? 1 << corner : 0), 0)
      if (over === 0 || over === 15) continue
      const edges = {
        top: () => across(column, row),
        right: () => down(column + 1, row),
        bottom: () => across(column, row + 1),
        left: () => down(column, row)
      }
      const joined = corners.reduce((sum, value) => sum + value, 0) / 4 >= level
      for (const [from, to] of segmentsOf(over, joined)) next.set(edges[from](), edges[to]())
    }
  }
  const contours: Contour[] = []
  for (const start of next.keys()) {
    const contour: Contour = []
    for (let edge: number | undefined = start; edge !== undefined && next.has(edge);) {
      contour.push(...(points.get(edge) as [number, number]))
      const following = next.get(edge)
      next.delete(edge)
      edge = following
    }
    contours.push(contour)
  }
  return contours
}

type Edge = 'top' | 'right' | 'bottom' | 'left'

/** Segments through a cell by which of its corners are over: bit 0 top left, then clockwise. */
function segmentsOf(over: number, joined: boolean): [Edge, Edge][] {
  switch (over) {
    case 1:
      return [['left', 'top']]
    case 2:
      return [['top', 'right']]
    case 3:
      return [['left', 'right']]
    case 4:
      return [['right', 'bottom']]
    case 6:
      return [['top', 'bottom']]
    case 7:
      return [['left', 'bottom']]
    case 8:
      return [['bottom', 'left']]
    case 9:
      return [['bottom', 'top']]
    case 11:
      return [['bottom', 'right']]
    case 12:
      return [['right', 'left']]
    case 13:
      return [['right', 'top']]
    case 14:
      return [['top', 'left']]
    case 5:
      return joined
        ? [
            ['left', 'bottom'],
            ['right', 'top']
          ]
        : [
            ['left', 'top'],
            ['right', 'bottom']
          ]
    default:
      return joined
        ? [
            ['top', 'left'],
            ['bottom', 'right']
          ]
        : [
            ['top', 'right'],
            ['bottom', 'left']
          ]
  }
}

/** How far from the first value to the second the level lies, 0 to 1; half way where one is infinitely far. */
function share(from: number, to: number, level: number): number {
  if (!Number.isFinite(from) || !Number.isFinite(to)) return 0.5
  return from === to ? 0.5 : Math.min(1, Math.max(0, (level - from) / (to - from)))
}

/** The lines as the data of one SVG path. */
export function contourPath(contours: readonly Contour[]): string {
  return contours
    .map((contour) => {
      let path = ''
      for (let i = 0; i < contour.length; i += 2) {
        path += `${i === 0 ? 'M' : 'L'}${(contour[i] as number).toFixed(3)} ${(contour[i + 1] as number).toFixed(3)}`
      }
      return `${path}Z`
    })
    .join('')
}
