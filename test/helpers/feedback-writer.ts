import { writeSync } from 'node:fs'
import { startSession } from '../../src-main/feedback/reading/reader-sessions'
import { openFeedbackStore } from '../../src-main/feedback/store/open-store'
import { addVerdict } from '../../src-main/feedback/verdicts/add-verdict'
import { makeRejection } from '../unit/src-main/feedback/make-verdict'

/**
 * Writes verdicts to the database named on the command line until it is killed, and says each id on stdout as soon as
 * the store says that it is kept. Synchronous output: what was said before a kill has been said.
 */
async function writeForever(path: string): Promise<void> {
  const store = await openFeedbackStore({
    path,
    now: () => new Date(),
    appVersion: '1.0.0',
    backupEveryMs: 500
  })
  for (const { code } of store.warnings) writeSync(1, `warning ${code}\n`)
  const session = startSession(store, 'Writer')
  for (let i = 0; ; i += 1) {
    const { id } = addVerdict(store, session.id, makeRejection([i % 10, Math.floor(i / 10) % 8]))
    writeSync(1, `${id}\n`)
    if (i % 5 === 4) store.backupIfDue()
  }
}

void writeForever(process.argv[2] as string)
