import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import { inspectBackup, listBackups } from '../../src-main/feedback/store/backup'
import { inspectStore } from '../../src-main/feedback/store/inspect-store'
import { openDatabase } from '../../src-main/feedback/store/open-database'

/**
 * Starts something that writes to a database and kills it.
 * @param random numbers in [0, 1) that are the same in every run
 * @returns ids of verdicts that it said were kept before it died
 */
export type WriteAndKill = (path: string, random: () => number) => Promise<string[]>

/** When to kill: one time in eight while it starts, else some milliseconds after some verdict. */
export function chooseMoment(random: () => number): {
  whileStarting: boolean
  verdictsBefore: number
  delayMs: number
} {
  const whileStarting = random() < 0.125
  const verdictsBefore = 1 + Math.floor(random() * 5)
  return { whileStarting, verdictsBefore, delayMs: random() * (whileStarting ? 200 : 12) }
}

/** Numbers in [0, 1) that are the same in every run (mulberry32). */
function seededRandom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

/** One store, killed again and again; after every kill everything that was said to be kept must be there. */
export async function killAgainAndAgain(
  path: string,
  kills: number,
  seed: number,
  writeAndKill: WriteAndKill
): Promise<{ reported: number; inFlight: number }> {
  const random = seededRandom(seed)
  const reported = new Set<string>()
  let inFlight = 0
  for (let kill = 0; kill < kills; kill += 1) {
    const before = reported.size + inFlight
    for (const line of await writeAndKill(path, random)) {
      expect(line, 'no warning from the store').toMatch(/^[0-9a-f-]{36}$/)
      reported.add(line)
    }
    if (reported.size === 0 && !readdirSync(join(path, '..')).includes('feedback.db')) continue
    const stored = storedIds(path)
    for (const id of reported) expect(stored.has(id), `verdict ${id} after kill ${kill + 1}`).toBe(true)
    // the one that was in flight may have been kept before it could be said
    expect(stored.size - before).toBeLessThanOrEqual(reported.size + inFlight - before + 1)
    inFlight = stored.size - reported.size
  }
  for (const backup of listBackups(join(path, '..', 'backups'))) inspectBackup(backup.path)
  return { reported: reported.size, inFlight }
}

/** Ids of all verdicts, after pages, indexes and the audit chain have been found whole. */
function storedIds(path: string): Set<string> {
  let inspection
  try {
    inspection = inspectStore(path)
  } catch (thrown) {
    // killed before the first migration was committed: nothing has been said yet
    expect((thrown as { context: { reason: string } }).context.reason).toBe('no feedback store')
    return new Set()
  }
  expect(inspection.integrity).toBe('ok')
  expect(inspection.audit?.faults).toEqual([])
  if ((inspection.schemaVersion ?? 0) < 2) return new Set()
  const database = openDatabase(path, { readOnly: true })
  try {
    return new Set(database.all('SELECT id FROM verdicts').map(({ id }) => String(id)))
  } finally {
    database.close()
  }
}
