import type { MapStatistics } from '../../../src-main/contract/manifest'

/** Share of normal pixels at or over a score: 0 to 1; null beyond what the model knows of normals. */
export type NormalTail = (score: number) => number | null

/**
 * The distribution of scores of calibration normals, from the quantiles in the manifest. Between two of them the share
 * over a score falls exponentially, as the tails of such scores do; beyond the first and the last nothing is known.
 * @returns null where the manifest has fewer than two quantiles
 */
export function normalTail({ median, spread, quantiles }: MapStatistics): NormalTail | null {
  const knots = Object.entries(quantiles ?? {})
    .map(([level, value]) => ({ over: 1 - Number(level), score: (value - median) / spread }))
    .filter(({ over, score }) => over > 0 && over <= 1 && Number.isFinite(score))
    .sort((a, b) => a.score - b.score)
  const first = knots[0]
  const last = knots[knots.length - 1]
  if (!first || !last || knots.length < 2) return null
  return (score) => {
    if (score < first.score || score > last.score) return null
    const next = knots.findIndex((knot) => knot.score >= score)
    const b = knots[next] ?? last
    const a = knots[Math.max(0, next - 1)] ?? first
    const share = b.score === a.score ? 1 : (score - a.score) / (b.score - a.score)
    return Math.exp((1 - share) * Math.log(a.over) + share * Math.log(b.over))
  }
}

/**
 * How many of so many pixels would lie in each bin if all were normal; null for bins that reach beyond what is known.
 * @param edges ascending; bin i lies between edges i and i + 1
 */
export function expectedCounts(
  tail: NormalTail,
  edges: readonly number[],
  pixels: number
): (number | null)[] {
  return edges.slice(1).map((to, i) => {
    const overFrom = tail(edges[i] as number)
    const overTo = tail(to)
    return overFrom === null || overTo === null ? null : pixels * (overFrom - overTo)
  })
}
