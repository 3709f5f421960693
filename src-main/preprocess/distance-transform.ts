/**
 * Exact Euclidean distance of every foreground pixel centre to the nearest background pixel centre; what lies
 * outside the image is background. Along columns the nearest background pixel is counted, along rows the lower
 * envelope of parabolas is taken (Felzenszwalb & Huttenlocher, Theory of Computing 2012).
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
  const squared = alongColumns(mask, rows, columns, spacingMm[0] * spacingMm[0])
  const envelope = {
    // one background pixel at either end
    line: new Float64Array(columns + 2),
    sites: new Int32Array(columns + 2),
    from: new Float64Array(columns + 3)
  }
  for (let y = 0; y < rows; y++) {
    const start = y * columns
    for (let x = 0; x < columns; x++) {
      if (!mask[start + x]) continue
      const first = x
      while (x < columns && mask[start + x]) x++
      // The background pixels at both ends of a run hide everything beyond them.
      transformRun(squared, start, first, x, spacingMm[1] * spacingMm[1], envelope)
    }
  }
  return squared
}

/** Squared distance to the nearest background pixel of the same column. */
function alongColumns(
  mask: ArrayLike<number>,
  rows: number,
  columns: number,
  spacing2: number
): Float64Array {
  const steps = new Int32Array(rows * columns)
  for (let i = 0; i < steps.length; i++) {
    if (mask[i]) steps[i] = (i >= columns ? steps[i - columns] : 0) + 1
  }
  const squared = new Float64Array(rows * columns)
  const below = new Int32Array(columns)
  for (let y = rows - 1; y >= 0; y--) {
    for (let x = 0; x < columns; x++) {
      const pixel = y * columns + x
      below[x] = mask[pixel] ? below[x] + 1 : 0
      const nearest = Math.min(steps[pixel], below[x])
      squared[pixel] = spacing2 * nearest * nearest
    }
  }
  return squared
}

interface Envelope {
  line: Float64Array
  sites: Int32Array
  from: Float64Array
}

/** Takes the columns first..end-1 of one row, a run of foreground, through the lower envelope. */
function transformRun(
  squared: Float64Array,
  start: number,
  first: number,
  end: number,
  spacing2: number,
  { line, sites, from }: Envelope
): void {
  // Index 0 of the line is the background pixel left of the image, hence the shift by one.
  line[first] = 0
  line[end + 1] = 0
  for (let x = first; x < end; x++) line[x + 1] = squared[start + x]
  let last = 0
  sites[0] = first
  from[0] = -Infinity
  from[1] = Infinity
  for (let q = first + 1; q <= end + 1; q++) {
    // from[0] is -Infinity, so the first site is never dropped
    let crossing = crossingOf(line, sites[last], q, spacing2)
    while (crossing <= from[last]) crossing = crossingOf(line, sites[--last], q, spacing2)
    last++
    sites[last] = q
    from[last] = crossing
    from[last + 1] = Infinity
  }
  let current = 0
  for (let q = first + 1; q <= end; q++) {
    while (from[current + 1] < q) current++
    const offset = q - sites[current]
    squared[start + q - 1] = spacing2 * offset * offset + line[sites[current]]
  }
}

/** Where the parabola of index `later` falls below that of `earlier`, in indices. */
function crossingOf(line: Float64Array, earlier: number, later: number, spacing2: number): number {
  const rise = line[later] - line[earlier] + spacing2 * (later * later - earlier * earlier)
  return rise / (2 * spacing2 * (later - earlier))
}
