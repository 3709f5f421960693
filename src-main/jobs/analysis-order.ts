/**
 * The order to analyse slices in: the one looked at, then outwards from it on both sides.
 * @returns every index from 0 to count - 1, once
 */
export function analysisOrder(count: number, first: number): number[] {
  const start = Math.min(count - 1, Math.max(0, first))
  return Array.from({ length: count }, (_, index) => index).sort(
    (a, b) => Math.abs(a - start) - Math.abs(b - start) || b - a
  )
}
