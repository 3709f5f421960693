/** Values looked at, at most: enough for percentiles, few enough for one frame. */
const mostValues = 20_000

/**
 * A display window from the values of one slice: from the lowest value to the 99th percentile of those above it, so
 * that a dark ground and a few bright pixels do not decide it.
 * @param values modality values; those that are no numbers do not count
 * @param padding [rows * columns], 1 for pixels that do not count either; null where all do
 */
export function windowOfSlice(
  values: Float32Array,
  padding: Uint8Array | null = null
): { center: number; width: number } {
  const step = Math.max(1, Math.floor(values.length / mostValues))
  const sample: number[] = []
  for (let i = 0; i < values.length; i += step)
    if (Number.isFinite(values[i]) && !padding?.[i]) sample.push(values[i] as number)
  sample.sort((a, b) => a - b)
  const lowest = sample[0] ?? 0
  const above = sample.filter((value) => value > lowest)
  const highest = above[Math.floor(0.99 * (above.length - 1))] ?? lowest + 1
  return { center: (lowest + highest) / 2, width: highest - lowest }
}
