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
  return interpolate(sorted.length, percent, (rank) => [sorted[rank], sorted[rank + 1]])
}

/** The same for float32 values, found by selection: a slice is not worth sorting for two of its values. */
export function percentileOfFloats(values: Float32Array, percent: number): number {
  return interpolate(values.length, percent, (rank) => selectRank(values, rank))
}

function interpolate(count: number, percent: number, pairAt: (rank: number) => [number, number]): number {
  if (count === 0) return NaN
  const rank = (percent / 100) * (count - 1)
  const below = Math.min(count - 1, Math.floor(rank))
  const [low, next] = pairAt(below)
  const high = below + 1 < count ? next : low
  return low + (high - low) * (rank - below)
}

/** Bits that each of the two passes of the selection looks at. */
const binBits = 16
const bins = 1 << binBits

/**
 * The values that would stand at `rank` (from 0) and after it in an ascending sort; -0 stands before +0, as in a
 * sort of a typed array. A radix selection: counts the upper half of each value's order key, then the lower half
 * within the bin that holds the rank.
 * @param values without NaN, more than `rank`
 * @returns the second is the largest value itself where nothing follows
 */
export function selectRank(values: Float32Array, rank: number): [value: number, next: number] {
  const patterns = new Uint32Array(values.buffer, values.byteOffset, values.length)
  const counts = new Uint32Array(bins)
  for (let i = 0; i < patterns.length; i++) counts[orderKey(patterns[i]) >>> binBits]++
  let upTo = 0
  let upper = -1
  while (upTo <= rank) upTo += counts[++upper]
  upTo -= counts[upper]
  counts.fill(0)
  for (let i = 0; i < patterns.length; i++) {
    const key = orderKey(patterns[i])
    if (key >>> binBits === upper) counts[key & (bins - 1)]++
  }
  let lower = -1
  while (upTo <= rank) upTo += counts[++lower]
  const found = upper * bins + lower
  return [valueOf(found), valueOf(upTo > rank + 1 ? found : keyAfter(patterns, found))]
}

/** The smallest value, -0 before +0. */
export function smallestOf(values: Float32Array): number {
  const patterns = new Uint32Array(values.buffer, values.byteOffset, values.length)
  let smallest = 0xffffffff
  for (let i = 0; i < patterns.length; i++) smallest = Math.min(smallest, orderKey(patterns[i]))
  return valueOf(smallest)
}

/** Smallest order key above another; that key itself where there is none. */
function keyAfter(patterns: Uint32Array, found: number): number {
  let next = Infinity
  for (let i = 0; i < patterns.length; i++) {
    const key = orderKey(patterns[i])
    if (key > found && key < next) next = key
  }
  return next === Infinity ? found : next
}

/** An unsigned integer that orders as the float32 of this bit pattern does. */
function orderKey(pattern: number): number {
  // Negative floats order backwards by their bits: all bits flip; positive ones go above them.
  return (pattern & 0x80000000 ? ~pattern : pattern | 0x80000000) >>> 0
}

function valueOf(key: number): number {
  const pattern = new Uint32Array([key >= 0x80000000 ? key - 0x80000000 : ~key])
  return new Float32Array(pattern.buffer)[0]
}
