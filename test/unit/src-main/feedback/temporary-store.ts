import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach } from 'vitest'
import {
  openFeedbackStore,
  type FeedbackStore,
  type StoreOptions
} from '../../../../src-main/feedback/store/open-store'

const folders: string[] = []
const stores: FeedbackStore[] = []

afterEach(() => {
  for (const store of stores.splice(0)) {
    try {
      store.close()
    } catch {
      // closed by the test itself
    }
  }
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})

/** A folder of its own for one test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'nidus-feedback-'))
  folders.push(folder)
  return folder
}

/** A clock that goes on by a second each time it is read, and can be put forward. */
export function steppingClock(start = '2026-03-01T08:00:00.000Z'): {
  now: () => Date
  addMs(ms: number): void
} {
  let time = Date.parse(start)
  return {
    now: () => new Date((time += 1000)),
    addMs: (ms) => {
      time += ms
    }
  }
}

/** A store in a folder of its own, closed and removed after the test. */
export async function temporaryStore(options: Partial<StoreOptions> = {}): Promise<FeedbackStore> {
  const store = await openFeedbackStore({
    path: join(temporaryFolder(), 'feedback.db'),
    now: steppingClock().now,
    appVersion: '1.2.3',
    ...options
  })
  stores.push(store)
  return store
}
