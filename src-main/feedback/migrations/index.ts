import type { Migration } from './migration'
import { auditLog } from './0001-audit-log'
import { readingsAndVerdicts } from './0002-readings-and-verdicts'
import { thresholdVersions } from './0003-threshold-versions'

/** Every step of the schema, in order. */
export const migrations: readonly Migration[] = [auditLog, readingsAndVerdicts, thresholdVersions]

/** Schema version that this Nidus writes. */
export const schemaVersion = migrations.length
