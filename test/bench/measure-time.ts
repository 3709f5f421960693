import { performance } from 'node:perf_hooks'

/** Milliseconds that one call takes. */
export async function timeOf(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now()
  await work()
  return performance.now() - started
}

/** Smallest and middle value. */
export function spreadOf(times: number[]): { min: number; median: number } {
  const sorted = [...times].sort((a, b) => a - b)
  return { min: sorted[0] as number, median: sorted[Math.floor(sorted.length / 2)] as number }
}
