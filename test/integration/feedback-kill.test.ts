import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { build } from 'vite'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { inspectStore } from '../../src-main/feedback/store/inspect-store'
import { openDatabase } from '../../src-main/feedback/store/open-database'
import { inspectBackup, listBackups } from '../../src-main/feedback/store/backup'

const root = resolve(__dirname, '..', '..')
let writer: string
let built: string

beforeAll(async () => {
  mkdirSync(join(root, 'out'), { recursive: true })
  built = mkdtempSync(join(root, 'out', 'test-'))
  await build({
    root,
    configFile: false,
    logLevel: 'error',
    ssr: { external: ['libsql'], noExternal: true },
    build: {
      ssr: true,
      outDir: built,
      target: 'node16',
      rollupOptions: {
        input: join(root, 'test/helpers/feedback-writer.ts'),
        output: { format: 'cjs', entryFileNames: 'writer.js' }
      }
    }
  })
  writer = join(built, 'writer.js')
})

afterAll(() => rmSync(built, { recursive: true, force: true }))

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

/**
 * Runs a writer and kills it: one time in eight while it starts, else some milliseconds after some verdict.
 * @returns lines that it said before it died
 */
function runAndKill(path: string, random: () => number): Promise<string[]> {
  const whileStarting = random() < 0.125
  const verdictsBefore = 1 + Math.floor(random() * 5)
  const delayMs = random() * (whileStarting ? 200 : 12)
  return new Promise((resolveLines, reject) => {
    const child = spawn(process.execPath, [writer, path], { stdio: ['ignore', 'pipe', 'pipe'] })
    let said = ''
    let complaint = ''
    let armed = false
    const kill = () => setTimeout(() => child.kill('SIGKILL'), delayMs)
    if (whileStarting) kill()
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      said += text
      if (!whileStarting && !armed && said.split('\n').length > verdictsBefore) {
        armed = true
        kill()
      }
    })
    child.stderr.setEncoding('utf8').on('data', (text: string) => (complaint += text))
    child.on('close', (_code, signal) => {
      if (signal === 'SIGKILL') resolveLines(said.split('\n').slice(0, -1))
      else reject(new Error(`the writer ended by itself: ${complaint}`))
    })
  })
}

/** One store, killed again and again; after every kill everything that was said must be there. */
async function killAgainAndAgain(path: string, kills: number, seed: number) {
  const random = seededRandom(seed)
  const reported = new Set<string>()
  let inFlight = 0
  for (let kill = 0; kill < kills; kill += 1) {
    const before = reported.size + inFlight
    for (const line of await runAndKill(path, random)) {
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

describe('killing the process that writes verdicts', () => {
  it('200 times loses nothing that was stored and breaks nothing', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'nidus-kill-'))
    try {
      const lanes = [1, 2, 3, 4].map((seed) => {
        mkdirSync(join(folder, String(seed)))
        return killAgainAndAgain(join(folder, String(seed), 'feedback.db'), 50, seed)
      })
      const outcomes = await Promise.all(lanes)
      // 200 kills, seven of eight after at least one verdict
      expect(outcomes.reduce((sum, { reported }) => sum + reported, 0)).toBeGreaterThan(200)
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  }, 300_000)
})
