import { NidusError } from '../contract/errors'
import type { MethodName } from './methods'
import type { ThresholdProposal } from './propose-threshold'

/** Where a threshold holds: one model, one map, and all scanners or one scanner or protocol profile. */
export interface ThresholdScope {
  modelId: string
  map: string
  /** null for every profile that has no threshold of its own */
  profile: string | null
}

/** One approved threshold. Versions are only ever added; a roll-back adds one that restores an older value. */
export interface ThresholdVersion {
  id: string
  scope: ThresholdScope
  /** score units */
  threshold: number
  /** null for a threshold that came with the model or was set by hand */
  method: MethodName | null
  createdBy: string
  reason: string
  /** ms since 1970, passed in */
  approvedAt: number
  /** the version in use before; null for the first */
  replaces: string | null
  /** set on a roll-back: the version whose threshold is in use again */
  restores: string | null
}

export interface Approval {
  /** new, not yet in the history */
  id: string
  createdBy: string
  reason: string
  approvedAt: number
}

/**
 * Makes a version of a proposal that a person approves with name and reason.
 * @param history of all scopes, oldest first
 * @throws NidusError `request-invalid` without a name or a reason, for an id in use, or for a proposal made against
 * a threshold that is no longer the current one
 */
export function approveProposal(
  history: readonly ThresholdVersion[],
  scope: ThresholdScope,
  proposal: ThresholdProposal,
  approval: Approval
): ThresholdVersion {
  const inUse = currentVersion(history, scope)
  if (inUse && inUse.threshold !== proposal.currentThreshold) {
    throw new NidusError('request-invalid', {
      reason: 'the threshold has changed since the proposal was made'
    })
  }
  return newVersion(history, scope, approval, proposal.learnt.threshold, proposal.method, null)
}

/**
 * Puts an older version's threshold back in use, as a new version.
 * @throws NidusError `not-found` for an unknown version or one of another scope; `request-invalid` as above
 */
export function rollBack(
  history: readonly ThresholdVersion[],
  toId: string,
  approval: Approval
): ThresholdVersion {
  const target = history.find(({ id }) => id === toId)
  if (!target) throw new NidusError('not-found', { reason: 'no such threshold version' })
  return newVersion(history, target.scope, approval, target.threshold, target.method, target.id)
}

/** The version in use for a scope: the latest of its profile, else the latest for all profiles, else undefined. */
export function currentVersion(
  history: readonly ThresholdVersion[],
  scope: ThresholdScope
): ThresholdVersion | undefined {
  return ownVersion(history, scope) ?? ownVersion(history, { ...scope, profile: null })
}

function ownVersion(
  history: readonly ThresholdVersion[],
  scope: ThresholdScope
): ThresholdVersion | undefined {
  const own = history.filter(
    (version) =>
      version.scope.modelId === scope.modelId &&
      version.scope.map === scope.map &&
      version.scope.profile === scope.profile
  )
  return own[own.length - 1]
}

function newVersion(
  history: readonly ThresholdVersion[],
  scope: ThresholdScope,
  approval: Approval,
  threshold: number,
  method: MethodName | null,
  restores: string | null
): ThresholdVersion {
  const createdBy = approval.createdBy.trim()
  const reason = approval.reason.trim()
  if (!createdBy) throw new NidusError('request-invalid', { reason: 'an approval needs a name' })
  if (!reason) throw new NidusError('request-invalid', { reason: 'an approval needs a reason' })
  if (!Number.isFinite(threshold)) throw new NidusError('request-invalid', { reason: 'threshold not finite' })
  if (history.some(({ id }) => id === approval.id)) {
    throw new NidusError('request-invalid', { reason: 'version id already in use' })
  }
  const replaces = ownVersion(history, scope)?.id ?? null
  const { id, approvedAt } = approval
  return { id, scope, threshold, method, createdBy, reason, approvedAt, replaces, restores }
}
