/** Labels of connected pixels: `labels[i]` is 0 for background, else 1..count in order of first appearance. */
export interface ComponentLabels {
  labels: Int32Array
  /** `sizes[label]` in pixels; sizes[0] is 0 */
  sizes: number[]
}

/**
 * Labels the connected regions of a binary image.
 * @param mask [rows * columns], non-zero = region
 * @param connectivity 4 (edges) or 8 (edges and corners)
 */
export function labelComponents(
  mask: ArrayLike<number>,
  rows: number,
  columns: number,
  connectivity: 4 | 8
): ComponentLabels {
  const labels = new Int32Array(rows * columns)
  const stack = new Int32Array(rows * columns)
  const sizes = [0]
  for (let start = 0; start < labels.length; start++) {
    if (!mask[start] || labels[start] !== 0) continue
    const label = sizes.length
    sizes.push(0)
    let depth = 0
    stack[depth++] = start
    labels[start] = label
    while (depth > 0) {
      const pixel = stack[--depth]
      sizes[label]++
      const row = Math.floor(pixel / columns)
      const column = pixel - row * columns
      for (let dy = -1; dy <= 1; dy++) {
        for (let dx = -1; dx <= 1; dx++) {
          if ((dx === 0) === (dy === 0) && (connectivity === 4 || dx === 0)) continue
          const y = row + dy
          const x = column + dx
          if (y < 0 || x < 0 || y >= rows || x >= columns) continue
          const neighbour = y * columns + x
          if (!mask[neighbour] || labels[neighbour] !== 0) continue
          labels[neighbour] = label
          stack[depth++] = neighbour
        }
      }
    }
  }
  return { labels, sizes }
}
