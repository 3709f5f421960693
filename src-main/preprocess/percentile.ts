/**
 * Percentile of values with linear interpolation between order statistics, as numpy.percentile's default
 * (Hyndman & Fan 1996, type 7).
 * @param values any order, at least one; not modified
 * @param percent 0 to 100
 * @returns the percentile; NaN for no values
 */
export function percentile(values: ArrayLike<number>, percent: number): number {
  return percentileOfSorted(Float64Array.from(values).sort(), percent)
}

/** The same for values already in ascending order. */
export function percentileOfSorted(sorted: ArrayLike<number>, percent: number): number {
  return interpolate(sorted.length, percent, (rank) => sorted[rank])
}

/** The same for float32 values, found by selection: a slice is not worth sorting for two of its values. */
export function percentileOfFloats(values: Float32Array, percent: number): number {
  return interpolate(values.length, percent, (rank) => selectRank(values, rank))
}

function interpolate(count: number, percent: number, valueAt: (rank: number) => number): number {
  if (count === 0) return NaN
  const rank = (percent / 100) * (count - 1)
  const below = Math.min(count - 1, Math.floor(rank))
  const above = Math.min(count - 1, below + 1)
  const low = valueAt(below)
  return low + (valueAt(above) - low) * (rank - below)
}

/** Bits that each of the two passes of the selection looks at. */
const binBits = 16
const bins = 1 << binBits

/**
 * The value that would stand at `rank` (from 0) after an ascending sort; -0 stands before +0, as in a sort of a
 * typed array. A radix selection: counts the upper half of each value's order key, then the lower half within
 * the bin that holds the rank.
 * @param values without NaN, more than `rank`
 */
export function selectRank(values: Float32Array, rank: number): number {
  const keys = new Uint32Array(values.length)
  const patterns = new Uint32Array(values.buffer, values.byteOffset, values.length)
  const counts = new Uint32Array(bins)
  for (let i = 0; i < keys.length; i++) {
    const pattern = patterns[i]
    // Negative floats order backwards by their bits: all bits flip; positive ones go above them.
    const key = pattern & 0x80000000 ? ~pattern : pattern | 0x80000000
    keys[i] = key
    counts[key >>> binBits]++
  }
  let before = 0
  let upper = 0
  while (before + counts[upper] <= rank) before += counts[upper++]
  counts.fill(0)
  for (let i = 0; i < keys.length; i++) {
    if (keys[i] >>> binBits === upper) counts[keys[i] & (bins - 1)]++
  }
  let lower = 0
  while (before + counts[lower] <= rank) before += counts[lower++]
  const key = upper * bins + lower
  const found = new Uint32Array([key >= 0x80000000 ? key - 0x80000000 : ~key])
  return new Float32Array(found.buffer)[0]
}
