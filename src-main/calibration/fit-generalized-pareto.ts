/** Generalized Pareto distribution of excesses y >= 0: P(Y > y) = (1 + shape * y / scale)^(-1 / shape). */
export interface GeneralizedPareto {
  /** xi, as scipy.stats.genpareto's c: 0 exponential, over 0 heavy-tailed, under 0 bounded */
  shape: number
  scale: number
}

/**
 * Fit by probability-weighted moments (Hosking & Wallis 1987, Technometrics 29:339, eq. 8, with plotting positions
 * (i - 0.35) / n). Good from 30 excesses on; biased for shapes of 0.5 and more.
 * @param excesses ascending, over 0, at least two
 */
export function fitParetoByMoments(excesses: ArrayLike<number>): GeneralizedPareto {
  const count = excesses.length
  let first = 0
  let weighted = 0
  for (let i = 0; i < count; i++) {
    first += excesses[i]
    weighted += (1 - (i + 1 - 0.35) / count) * excesses[i]
  }
  first /= count
  weighted /= count
  const below = first - 2 * weighted
  return { shape: 2 - first / below, scale: (2 * first * weighted) / below }
}

/**
 * Maximum-likelihood fit by the profile likelihood of theta = shape / scale (Grimshaw 1993, Technometrics 35:185),
 * searched for shapes from -0.5 up, where the maximum is regular.
 * @param excesses over 0, at least two, not all equal
 */
export function fitParetoByLikelihood(excesses: ArrayLike<number>): GeneralizedPareto {
  const count = excesses.length
  let highest = 0
  let sum = 0
  for (let i = 0; i < count; i++) {
    highest = Math.max(highest, excesses[i])
    sum += excesses[i]
  }
  const centre = sum / count
  const shapeOf = (theta: number): number => {
    let logs = 0
    for (let i = 0; i < count; i++) logs += Math.log1p(theta * excesses[i])
    return logs / count
  }
  // per excess, the likelihood at the best scale for this theta; theta 0 is the exponential
  const likelihood = (theta: number): number => {
    if (Math.abs(theta) * centre < 1e-9) return -Math.log(centre) - 1
    const shape = shapeOf(theta)
    return shape < -0.5 ? -Infinity : -Math.log(shape / theta) - shape - 1
  }
  // theta * mean runs from just over its lower bound to heavy tails; likelihoods are smooth, but may have two peaks
  const lowest = -centre / highest
  const grid = Array.from({ length: 241 }, (_, i) => {
    const part = i / 240
    return part < 0.5 ? lowest * (1 - 2 * part) * (1 - 1e-9) : Math.expm1(12 * (2 * part - 1)) / 100
  })
  let best = 0
  grid.forEach((scaled, i) => {
    if (likelihood(scaled / centre) > likelihood(grid[best] / centre)) best = i
  })
  const low = grid[Math.max(0, best - 1)] / centre
  const high = grid[Math.min(grid.length - 1, best + 1)] / centre
  const theta = goldenMaximum(likelihood, low, high)
  if (Math.abs(theta) * centre < 1e-9) return { shape: 0, scale: centre }
  const shape = shapeOf(theta)
  return { shape, scale: shape / theta }
}

/** The place of the maximum of a one-peaked function, by golden-section search (Kiefer 1953). */
function goldenMaximum(value: (at: number) => number, from: number, to: number): number {
  const ratio = (Math.sqrt(5) - 1) / 2
  let low = from
  let high = to
  let left = high - ratio * (high - low)
  let right = low + ratio * (high - low)
  let atLeft = value(left)
  let atRight = value(right)
  for (let step = 0; step < 120 && high - low > 1e-13 * Math.max(Math.abs(low), Math.abs(high)); step++) {
    if (atLeft >= atRight) {
      high = right
      right = left
      atRight = atLeft
      left = high - ratio * (high - low)
      atLeft = value(left)
    } else {
      low = left
      left = right
      atLeft = atRight
      right = low + ratio * (high - low)
      atRight = value(right)
    }
  }
  return (low + high) / 2
}

/** The excess that is exceeded with a probability in (0, 1], as scipy.stats.genpareto.isf. */
export function paretoExcess({ shape, scale }: GeneralizedPareto, probability: number): number {
  const log = Math.log(probability)
  return Math.abs(shape) < 1e-9 ? -scale * log : (scale / shape) * Math.expm1(-shape * log)
}
