/**
 * The 8-connected region of a map at or over a threshold that holds a pixel: the outline of a finding.
 * @param map [rows * columns], score units, source grid
 * @param at [x, y] of a pixel of the region
 * @returns 0 and 1, [rows * columns]; null where the pixel lies below the threshold or outside the map
 */
export function regionAt(
  map: Float32Array,
  rows: number,
  columns: number,
  threshold: number,
  at: readonly [x: number, y: number]
): Uint8Array | null {
  const [x, y] = at
  const first = y * columns + x
  if (x >= columns || y >= rows || !(map[first] >= threshold)) return null
  const mask = new Uint8Array(rows * columns)
  mask[first] = 1
  const waiting = [first]
  for (let pixel = waiting.pop(); pixel !== undefined; pixel = waiting.pop()) {
    const column = pixel % columns
    for (const step of [-columns, 0, columns]) {
      for (let side = column > 0 ? -1 : 0; side <= (column + 1 < columns ? 1 : 0); side += 1) {
        const next = pixel + step + side
        if (next < 0 || next >= mask.length || mask[next] || !(map[next] >= threshold)) continue
        mask[next] = 1
        waiting.push(next)
      }
    }
  }
  return mask
}
