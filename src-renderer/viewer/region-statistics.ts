import { visitPixelsInside, type ClosedShape } from './pixels-inside'

/** What the pixels inside a shape have for values. NaN throughout where `count` is 0. */
export interface RegionStatistics {
  /** pixels whose centres lie inside and that have a value */
  count: number
  mean: number
  /** of the pixels as a population: divided by their count */
  standardDeviation: number
  minimum: number
  maximum: number
}

/**
 * Statistics of the pixels inside a shape, in the unit of `values`.
 * @param values [rows * columns], row by row; those that are no numbers do not count
 * @param padding [rows * columns], 1 for pixels that do not count either; null where all do
 */
export function regionStatistics(
  shape: ClosedShape,
  values: ArrayLike<number>,
  rows: number,
  columns: number,
  padding: Uint8Array | null = null
): RegionStatistics {
  let count = 0
  let sum = 0
  let minimum = Infinity
  let maximum = -Infinity
  visitPixelsInside(shape, rows, columns, (offset) => {
    const value = values[offset] as number
    if (!Number.isFinite(value) || padding?.[offset]) return
    count++
    sum += value
    if (value < minimum) minimum = value
    if (value > maximum) maximum = value
  })
  if (count === 0) return { count, mean: NaN, standardDeviation: NaN, minimum: NaN, maximum: NaN }
  const mean = sum / count
  let squares = 0
  visitPixelsInside(shape, rows, columns, (offset) => {
    const value = values[offset] as number
    if (Number.isFinite(value) && !padding?.[offset]) squares += (value - mean) ** 2
  })
  return { count, mean, standardDeviation: Math.sqrt(squares / count), minimum, maximum }
}
