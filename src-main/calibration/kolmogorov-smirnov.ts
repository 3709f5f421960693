export interface KolmogorovSmirnov {
  /** largest distance of the two empirical distribution functions */
  statistic: number
  /** two-sided */
  pValue: number
  /** `asymptotic` only for samples of hundreds of thousands */
  method: 'exact' | 'asymptotic'
}

/** Lattice points beyond which the exact probability would take seconds; Kolmogorov's limit is close by then. */
const exactLimit = 3e8

/**
 * Two-sample Kolmogorov-Smirnov test, two-sided, as scipy.stats.ks_2samp(method='exact'). Ties make the p-value
 * conservative.
 * @param first ascending, at least one value
 * @param second ascending, at least one value
 */
export function kolmogorovSmirnov(first: ArrayLike<number>, second: ArrayLike<number>): KolmogorovSmirnov {
  const m = first.length
  const n = second.length
  const steps = largestSteps(first, second)
  const statistic = steps / (m * n)
  if (steps === 0) return { statistic, pValue: 1, method: 'exact' }
  if (Math.min(m, n) * (2 * statistic * Math.max(m, n) + 1) <= exactLimit) {
    return { statistic, pValue: reachProbability(m, n, steps), method: 'exact' }
  }
  return { statistic, pValue: kolmogorovTail(statistic * Math.sqrt((m / (m + n)) * n)), method: 'asymptotic' }
}

/** The statistic alone. */
export function kolmogorovSmirnovStatistic(first: ArrayLike<number>, second: ArrayLike<number>): number {
  return largestSteps(first, second) / (first.length * second.length)
}

/** The statistic times both sample sizes: a whole number, so that no rounding decides which paths count. */
function largestSteps(first: ArrayLike<number>, second: ArrayLike<number>): number {
  const m = first.length
  const n = second.length
  let i = 0
  let j = 0
  let largest = 0
  while (i < m && j < n) {
    const value = Math.min(first[i], second[j])
    while (i < m && first[i] === value) i++
    while (j < n && second[j] === value) j++
    largest = Math.max(largest, Math.abs(i * n - j * m))
  }
  return largest
}

/**
 * Probability that a random order of both samples reaches |x / m - y / n| >= steps / (m n): a walk over the lattice
 * that adds up the mass of first arrivals (Hodges 1958, Ark Mat 3:469; all terms are positive, so nothing cancels).
 */
function reachProbability(sizeA: number, sizeB: number, steps: number): number {
  // rows along the shorter sample keep the band's work small
  const m = Math.min(sizeA, sizeB)
  const n = Math.max(sizeA, sizeB)
  // mass[y] of having come to (x, y) without arriving; only |x n - y m| < steps is ever filled
  const mass = new Float64Array(n + 2)
  let arrived = 0
  mass[0] = 1
  for (let x = 0; x <= m; x++) {
    const from = Math.max(0, Math.floor((x * n - steps) / m) + 1)
    const to = Math.min(n, Math.ceil((x * n + steps) / m) - 1)
    for (let y = from; y <= to; y++) {
      const here = mass[y]
      if (here === 0) continue
      const left = m + n - x - y
      if (left === 0) continue
      const up = (here * (n - y)) / left
      const right = (here * (m - x)) / left
      if (y < n) {
        if (Math.abs(x * n - (y + 1) * m) >= steps) arrived += up
        else mass[y + 1] += up
      }
      if (x < m && Math.abs((x + 1) * n - y * m) >= steps) {
        arrived += right
        mass[y] = 0
      } else mass[y] = right
    }
  }
  return Math.min(1, arrived)
}

/** P(sqrt(n) D >= z) in the limit (Kolmogorov 1933). */
function kolmogorovTail(z: number): number {
  if (z < 0.2) return 1
  let sum = 0
  for (let k = 1; k <= 100; k++) {
    const term = Math.exp(-2 * k * k * z * z)
    sum += k % 2 === 1 ? term : -term
    if (term < 1e-18) break
  }
  return Math.min(1, Math.max(0, 2 * sum))
}
