import type { RateFacts } from '../../../src-main/contract/calibration-channels'

/** A score or a count with as many digits as mean something. */
export function figure(value: number): string {
  const size = Math.abs(value)
  return size >= 100 ? value.toFixed(0) : size >= 1 || size === 0 ? value.toFixed(2) : value.toPrecision(2)
}

/** A share as a percentage; one decimal below ten. */
export function percent(share: number): string {
  return `${(100 * share).toFixed(Math.abs(share) < 0.0995 ? 1 : 0)} %`
}

/** A change as a percentage with its sign. */
export function signedPercent(share: number): string {
  return `${share < 0 ? '−' : '+'}${percent(Math.abs(share))}`
}

/** An estimate and its limits on two lines; `unknown` where the verdicts do not tell. */
export function withLimits(
  rate: RateFacts | null,
  format: (value: number) => string
): { estimate: string; limits: string } {
  if (!rate) return { estimate: 'unknown', limits: '' }
  return { estimate: format(rate.estimate), limits: `${format(rate.low)} to ${format(rate.high)}` }
}

/** A day as YYYY-MM-DD in UTC, as the store writes it. */
export function day(time: number | string | null): string {
  return time === null ? '' : new Date(time).toISOString().slice(0, 10)
}

/** `1 patient`, `2 patients`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`
}
