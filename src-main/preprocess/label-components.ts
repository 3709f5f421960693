/** Labels of connected pixels: `labels[i]` is 0 for background, else 1..count in order of first appearance. */
export interface ComponentLabels {
  labels: Int32Array
  /** `sizes[label]` in pixels; sizes[0] is 0 */
  sizes: number[]
}

/**
 * Labels the connected regions of a binary image, in two passes with a union-find of provisional labels
 * (Rosenfeld & Pfaltz 1966).
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
  // A provisional label begins where no earlier neighbour has one: at most every second pixel of a row.
  const parents = new Int32Array(rows * ((columns + 1) >> 1) + 1)
  let provisional = 0
  for (let y = 0; y < rows; y++) {
    const start = y * columns
    for (let x = 0; x < columns; x++) {
      const pixel = start + x
      if (!mask[pixel]) continue
      let label = x > 0 ? labels[pixel - 1] : 0
      if (y > 0) {
        const above = labels[pixel - columns]
        if (connectivity === 4 || above !== 0) {
          // For 8: what lies above touches both corners above, so they are joined with it already.
          if (above !== 0) label = label === 0 ? above : join(parents, label, above)
        } else {
          const left = x > 0 ? labels[pixel - columns - 1] : 0
          const right = x + 1 < columns ? labels[pixel - columns + 1] : 0
          if (left !== 0) label = label === 0 ? left : join(parents, label, left)
          if (right !== 0) label = label === 0 ? right : join(parents, label, right)
        }
      }
      if (label === 0) {
        label = ++provisional
        parents[label] = label
      }
      labels[pixel] = label
    }
  }
  return number(labels, parents, provisional)
}

/** Joins two sets under the smaller root, the one that appeared first; returns that root. */
function join(parents: Int32Array, one: number, other: number): number {
  const a = rootOf(parents, one)
  const b = rootOf(parents, other)
  if (a < b) return (parents[b] = a)
  return (parents[a] = b)
}

function rootOf(parents: Int32Array, label: number): number {
  while (parents[label] !== label) label = parents[label] = parents[parents[label]]
  return label
}

/** Replaces provisional labels by 1..count; roots are in order of first appearance, and so are their numbers. */
function number(labels: Int32Array, parents: Int32Array, provisional: number): ComponentLabels {
  const finals = new Int32Array(provisional + 1)
  let count = 0
  // A root is smaller than all labels below it, so its number is known when they ask.
  for (let label = 1; label <= provisional; label++) {
    const root = rootOf(parents, label)
    finals[label] = root === label ? ++count : finals[root]
  }
  const sizes = new Array<number>(count + 1).fill(0)
  for (let i = 0; i < labels.length; i++) {
    if (labels[i] === 0) continue
    const label = finals[labels[i]]
    labels[i] = label
    sizes[label]++
  }
  return { labels, sizes }
}
