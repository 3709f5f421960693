/**
 * Exact Euclidean distance of every foreground pixel centre to the nearest background pixel centre; what lies
 * outside the image is background. Two passes of one-dimensional lower envelopes (Felzenszwalb & Huttenlocher,
 * Theory of Computing 2012).
 * @param mask [rows * columns], non-zero = foreground
 * @param spacingMm between rows, between columns
 * @returns squared distance in mm^2, [rows * columns]; 0 on the background
 */
export function squaredDistanceToBackground(
  mask: ArrayLike<number>,
  rows: number,
  columns: number,
  spacingMm: [row: number, column: number]
): Float64Array {
  // one ring of background pixels around the image
  const paddedRows = rows + 2
  const paddedColumns = columns + 2
  const far = 1e30
  const squared = new Float64Array(paddedRows * paddedColumns)
  for (let y = 0; y < rows; y++) {
    for (let x = 0; x < columns; x++) {
      squared[(y + 1) * paddedColumns + x + 1] = mask[y * columns + x] ? far : 0
    }
  }
  const longest = Math.max(paddedRows, paddedColumns)
  const envelope = {
    line: new Float64Array(longest),
    sites: new Int32Array(longest),
    from: new Float64Array(longest + 1)
  }
  for (let x = 0; x < paddedColumns; x++) {
    transformLine(squared, x, paddedColumns, paddedRows, spacingMm[0], envelope)
  }
  for (let y = 0; y < paddedRows; y++) {
    transformLine(squared, y * paddedColumns, 1, paddedColumns, spacingMm[1], envelope)
  }
  const inner = new Float64Array(rows * columns)
  for (let y = 0; y < rows; y++) {
    const start = (y + 1) * paddedColumns + 1
    inner.set(squared.subarray(start, start + columns), y * columns)
  }
  return inner
}

interface Envelope {
  line: Float64Array
  sites: Int32Array
  from: Float64Array
}

function transformLine(
  squared: Float64Array,
  start: number,
  stride: number,
  length: number,
  spacing: number,
  { line, sites, from }: Envelope
): void {
  const spacing2 = spacing * spacing
  for (let i = 0; i < length; i++) line[i] = squared[start + i * stride]
  let last = 0
  sites[0] = 0
  from[0] = -Infinity
  from[1] = Infinity
  for (let q = 1; q < length; q++) {
    // from[0] is -Infinity, so the first site is never dropped
    let crossing = crossingOf(line, sites[last], q, spacing2)
    while (crossing <= from[last]) crossing = crossingOf(line, sites[--last], q, spacing2)
    last++
    sites[last] = q
    from[last] = crossing
    from[last + 1] = Infinity
  }
  let current = 0
  for (let i = 0; i < length; i++) {
    while (from[current + 1] < i) current++
    const offset = i - sites[current]
    squared[start + i * stride] = spacing2 * offset * offset + line[sites[current]]
  }
}

/** Where the parabola of index `later` falls below that of `earlier`, in indices. */
function crossingOf(line: Float64Array, earlier: number, later: number, spacing2: number): number {
  const rise = line[later] - line[earlier] + spacing2 * (later * later - earlier * earlier)
  return rise / (2 * spacing2 * (later - earlier))
}
