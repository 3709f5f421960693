import { existsSync } from 'node:fs'
import { NidusError } from '../../contract/errors'
import type { ThresholdVersion } from '../../contract/feedback'
import { schemaVersion } from '../migrations'
import { schemaVersionOf } from '../store/migrate'
import { openDatabase } from '../store/open-database'
import { versionsIn } from './threshold-versions'

/**
 * Every approved threshold of a store, without changing the store: for programs that only use them.
 * @param path of the database; none where it does not exist
 * @returns oldest first
 * @throws NidusError `feedback-newer`, `feedback-corrupt`, `feedback-unavailable`
 */
export function readThresholdVersions(path: string): ThresholdVersion[] {
  if (!existsSync(path)) return []
  const database = openDatabase(path, { readOnly: true })
  try {
    const found = schemaVersionOf(database)
    if (found > schemaVersion) {
      throw new NidusError('feedback-newer', { path, found, understood: schemaVersion })
    }
    // approved thresholds came with the third version
    return found < 3 ? [] : versionsIn(database)
  } finally {
    database.close()
  }
}
