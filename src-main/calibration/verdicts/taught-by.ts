import type { ThresholdVersion } from '../../contract/feedback'
import type { MethodOptions } from '../methods'

/** The percentile that a version was asked for; undefined where its method asks for none, or for null. */
export function percentOfVersion(version: ThresholdVersion | null | undefined): number | undefined {
  const options = (version?.proposal?.options ?? {}) as MethodOptions
  if (options.percent !== undefined) return options.percent
  return options.rate === undefined ? undefined : 100 * (1 - options.rate)
}

/**
 * When the last verdict was given that taught a version, ms since 1970; that of the version which a rollback brought
 * back. Null for no version.
 */
export function taughtUntil(
  version: ThresholdVersion | null | undefined,
  history: readonly ThresholdVersion[]
): number | null {
  if (!version) return null
  const until = version.proposal?.until
  if (typeof until === 'number') return until
  const restored = history.find(({ id }) => id === version.rollbackTo)
  return restored ? taughtUntil(restored, history) : Date.parse(version.recordedAt)
}
