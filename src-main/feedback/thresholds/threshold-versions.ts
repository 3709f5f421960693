import { randomUUID } from 'node:crypto'
import { NidusError } from '../../contract/errors'
import {
  readerNameSchema,
  thresholdApprovalSchema,
  thresholdScopeSchema,
  thresholdVersionSchema,
  type ThresholdApproval,
  type ThresholdScope,
  type ThresholdVersion
} from '../../contract/feedback'
import { siteThresholdId, withdrawnMethod } from '../../calibration/site-threshold'
import { hashOf } from '../store/audit-chain'
import type { Database, SqlRow } from '../store/open-database'
import type { Append, FeedbackStore } from '../store/open-store'

/** One key for one scope and threshold id, whatever the order of its fields. */
function scopeKey(scope: ThresholdScope, thresholdId: string): string {
  return hashOf({ scope: thresholdScopeSchema.parse(scope), thresholdId })
}

function parseVersion(row: SqlRow): ThresholdVersion {
  return thresholdVersionSchema.parse({
    id: row.id,
    version: row.version,
    scope: JSON.parse(String(row.scope)),
    thresholdId: row.threshold_id,
    value: row.value,
    method: row.method,
    approvedBy: row.approved_by,
    reason: row.reason,
    proposal: row.proposal === null ? null : JSON.parse(String(row.proposal)),
    previous: row.previous,
    rollbackTo: row.rollback_to,
    recordedAt: row.recorded_at
  })
}

function writeVersion(
  store: FeedbackStore,
  append: Append,
  recordedAt: string,
  approval: ThresholdApproval,
  rollbackTo: string | null
): ThresholdVersion {
  const [{ total }] = store.database.all('SELECT count(*) AS total FROM threshold_versions')
  const version: ThresholdVersion = {
    ...approval,
    id: randomUUID(),
    version: `site-${Number(total) + 1}`,
    previous: activeThreshold(store, approval.scope, approval.thresholdId)?.id ?? null,
    rollbackTo,
    recordedAt
  }
  append.row('threshold_versions', {
    id: version.id,
    version: version.version,
    scope_key: scopeKey(approval.scope, approval.thresholdId),
    scope: JSON.stringify(version.scope),
    threshold_id: version.thresholdId,
    value: version.value,
    method: version.method,
    approved_by: version.approvedBy,
    reason: version.reason,
    proposal: version.proposal && JSON.stringify(version.proposal),
    previous: version.previous,
    rollback_to: version.rollbackTo,
    recorded_at: recordedAt
  })
  return version
}

/**
 * Makes a proposed threshold the one in use for its scope: a new version with who approved it and why.
 * @throws NidusError `request-invalid` without a name, a reason or a finite value
 */
export function approveThreshold(store: FeedbackStore, approval: ThresholdApproval): ThresholdVersion {
  const parsed = thresholdApprovalSchema.safeParse(approval)
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    throw new NidusError('request-invalid', { reason: `${issue.path.join('.')}: ${issue.message}` })
  }
  return store.write((append, recordedAt) => writeVersion(store, append, recordedAt, parsed.data, null))
}

/**
 * Brings an older threshold of the same scope back, as a new version; nothing of the history changes.
 * @param versionId id of the version whose value is wanted again
 * @throws NidusError `not-found`, `request-invalid`
 */
export function rollbackThreshold(
  store: FeedbackStore,
  versionId: string,
  approvedBy: string,
  reason: string
): ThresholdVersion {
  const name = readerNameSchema.safeParse(approvedBy)
  if (!name.success || reason.trim() === '') {
    throw new NidusError('request-invalid', { reason: 'a rollback needs a name and a reason' })
  }
  return store.write((append, recordedAt) => {
    const [row] = store.database.all('SELECT * FROM threshold_versions WHERE id = ?', [versionId])
    if (!row) throw new NidusError('not-found', { reason: 'no such threshold version' })
    const { scope, thresholdId, value, method, proposal } = parseVersion(row)
    const approval = { scope, thresholdId, value, method, proposal, approvedBy: name.data, reason }
    return writeVersion(store, append, recordedAt, thresholdApprovalSchema.parse(approval), versionId)
  })
}

/** The approved threshold in use for exactly this scope, null where none was ever approved. */
export function activeThreshold(
  store: FeedbackStore,
  scope: ThresholdScope,
  thresholdId: string
): ThresholdVersion | null {
  const [row] = store.database.all(
    'SELECT * FROM threshold_versions WHERE scope_key = ? ORDER BY seq DESC LIMIT 1',
    [scopeKey(scope, thresholdId)]
  )
  return row ? parseVersion(row) : null
}

/** Every version ever approved, oldest first. */
export function thresholdHistory(store: FeedbackStore): ThresholdVersion[] {
  return versionsIn(store.database)
}

/** The same of an open database. */
export function versionsIn(database: Pick<Database, 'all'>): ThresholdVersion[] {
  return database.all('SELECT * FROM threshold_versions ORDER BY seq').map(parseVersion)
}

/**
 * Takes the site's threshold of a scope out of use, as a new version; images fall back to the next wider scope, or to
 * the model's own threshold.
 * @param scope of a threshold of the site
 * @param value what is in use from then on, for the record
 * @throws NidusError `request-invalid` without a name or a reason
 */
export function withdrawThreshold(
  store: FeedbackStore,
  scope: ThresholdScope,
  value: number,
  { approvedBy, reason }: Pick<ThresholdApproval, 'approvedBy' | 'reason'>
): ThresholdVersion {
  const about = { scope, thresholdId: siteThresholdId, value, method: withdrawnMethod }
  return approveThreshold(store, { ...about, approvedBy, reason, proposal: null })
}
