/**
 * One-sided Fisher exact test that the recent share is higher, as scipy.stats.fisher_exact(alternative='greater') of
 * [[recentHits, recentOther], [referenceHits, referenceOther]].
 * @returns P(at least as many recent hits | both margins)
 */
export function fisherExactGreater(
  recentHits: number,
  recentTotal: number,
  referenceHits: number,
  referenceTotal: number
): number {
  const hits = recentHits + referenceHits
  const total = recentTotal + referenceTotal
  const fewest = Math.max(0, hits - referenceTotal)
  const most = Math.min(hits, recentTotal)
  // terms relative to the one before (hypergeometric recursion), kept in logs so that large tables do not overflow
  const logs: number[] = [0]
  for (let k = fewest; k < most; k++) {
    const ratio = ((hits - k) * (recentTotal - k)) / ((k + 1) * (total - hits - recentTotal + k + 1))
    logs.push(logs[logs.length - 1] + Math.log(ratio))
  }
  const peak = logs.reduce((highest, log) => Math.max(highest, log), -Infinity)
  let all = 0
  let tail = 0
  logs.forEach((log, i) => {
    const term = Math.exp(log - peak)
    all += term
    if (fewest + i >= recentHits) tail += term
  })
  return Math.min(1, tail / all)
}
