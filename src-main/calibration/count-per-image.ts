import { poissonInterval } from './binomial-interval'

/**
 * False positives per image at a threshold, with Poisson limits (Garwood 1936). Where patients are given, counts
 * that vary between patients more than Poisson's do widen the limits by their dispersion (quasi-Poisson;
 * McCullagh & Nelder 1989).
 * @param scores of false findings, any order
 * @param images searched, also those without a finding
 */
export function countPerImage(
  scores: ArrayLike<number>,
  threshold: number,
  images: number,
  patients?: readonly string[],
  confidence = 0.95
): { estimate: number; low: number; high: number } {
  const perPatient = new Map<string, number>()
  let count = 0
  for (let i = 0; i < scores.length; i++) {
    const over = scores[i] >= threshold ? 1 : 0
    count += over
    if (patients) perPatient.set(patients[i], (perPatient.get(patients[i]) ?? 0) + over)
  }
  const dispersion = Math.max(1, dispersionOf([...perPatient.values()]))
  const [low, high] = poissonInterval(count / dispersion, images / dispersion, confidence)
  return { estimate: count / images, low, high }
}

/** Variance over mean of counts; 1 (Poisson's) where that cannot be told. */
function dispersionOf(counts: readonly number[]): number {
  const mean = counts.reduce((sum, own) => sum + own, 0) / counts.length
  if (counts.length < 2 || !(mean > 0)) return 1
  const squares = counts.reduce((sum, own) => sum + (own - mean) ** 2, 0)
  return squares / (counts.length - 1) / mean
}
