import type { SliceStatistics } from '../../contract/feedback'

/** Scores drawn from the kept quantiles of one slice. */
export const pixelsPerSlice = 200

/**
 * Rates that a sample of {@link pixelsPerSlice} scores a slice resolves; below them the tail of a slice is one single
 * number.
 */
export const lowestPixelRate = 1 / pixelsPerSlice

/**
 * Scores that stand for the foreground pixels of a slice: its quantile function, as kept with the verdict, at
 * (i + 0.5) / 200. Every slice weighs the same, however large the patient is on it.
 * @returns ascending, score units; none where the slice shows too little of the patient
 */
export function pixelSample({ quantiles }: Pick<SliceStatistics, 'quantiles'>): number[] {
  const { probabilities, values } = quantiles
  if (probabilities.length < 2) return values.slice()
  let at = 0
  return Array.from({ length: pixelsPerSlice }, (_, i) => {
    const wanted = (i + 0.5) / pixelsPerSlice
    while (at < probabilities.length - 2 && probabilities[at + 1] < wanted) at++
    const [from, to] = [probabilities[at], probabilities[at + 1]]
    const share = to > from ? Math.min(1, Math.max(0, (wanted - from) / (to - from))) : 0
    return values[at] + share * (values[at + 1] - values[at])
  })
}
