import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { build } from 'vite'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { FeedbackClient } from '../../src-main/jobs/feedback-client'
import { forkFeedback } from '../helpers/fork-feedback'
import { chooseMoment, killAgainAndAgain, type WriteAndKill } from '../helpers/kill-again-and-again'
import { makeRejection } from '../unit/src-main/feedback/make-verdict'

const root = resolve(__dirname, '..', '..')
let built: string

beforeAll(async () => {
  mkdirSync(join(root, 'out'), { recursive: true })
  built = mkdtempSync(join(root, 'out', 'test-'))
  await build({
    root,
    configFile: false,
    logLevel: 'error',
    ssr: { external: ['libsql', 'sharp', 'dcmjs-codecs'], noExternal: true },
    build: {
      ssr: true,
      outDir: built,
      target: 'node16',
      rollupOptions: {
        input: {
          writer: join(root, 'test/helpers/feedback-writer.ts'),
          feedback: join(root, 'src-main/feedback-process.ts')
        },
        output: { format: 'cjs', entryFileNames: '[name].js' }
      }
    }
  })
})

afterAll(() => rmSync(built, { recursive: true, force: true }))

/** Kills a process of its own that writes to the store by itself. */
const killWriter: WriteAndKill = (path, random) => {
  const { whileStarting, verdictsBefore, delayMs } = chooseMoment(random)
  return new Promise((resolveLines, reject) => {
    const child = spawn(process.execPath, [join(built, 'writer.js'), path], {
      stdio: ['ignore', 'pipe', 'pipe']
    })
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

/** Gives verdicts as the window does, through the process that keeps them, and kills that process. */
const killProcessOfWindow: WriteAndKill = async (path, random) => {
  const { whileStarting, verdictsBefore, delayMs } = chooseMoment(random)
  let kill = (): void => undefined
  const client = new FeedbackClient(
    forkFeedback(join(built, 'feedback.js'), path, (child) => {
      kill = () => void setTimeout(() => child.kill('SIGKILL'), delayMs)
    })
  )
  const told: string[] = []
  try {
    const warnings = client.ask('open', null)
    if (whileStarting) kill()
    told.push(...(await warnings).map(({ code }) => `warning ${code}`))
    const { id: sessionId } = await client.ask('startSession', { reader: 'Writer' })
    for (let i = 0; ; i += 1) {
      const { image, ...rest } = makeRejection([i % 10, Math.floor(i / 10) % 8])
      const draft = { ...rest, image, patientId: 'PID' }
      const { after } = await client.ask('addVerdict', { sessionId, draft, replaces: null })
      told.push(String(after))
      if (!whileStarting && told.length === verdictsBefore) kill()
    }
  } catch (thrown) {
    expect(thrown).toMatchObject({ code: 'feedback-unavailable' })
    return told
  } finally {
    client.dispose()
  }
}

/** 200 kills in four stores at a time. */
async function kill200Times(writeAndKill: WriteAndKill): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'nidus-kill-'))
  try {
    const lanes = [1, 2, 3, 4].map((seed) => {
      mkdirSync(join(folder, String(seed)))
      return killAgainAndAgain(join(folder, String(seed), 'feedback.db'), 50, seed, writeAndKill)
    })
    const outcomes = await Promise.all(lanes)
    return outcomes.reduce((sum, { reported }) => sum + reported, 0)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

describe('killing the process that writes verdicts', () => {
  // 200 kills, seven of eight after at least one verdict
  it('200 times loses nothing that was stored and breaks nothing', async () => {
    expect(await kill200Times(killWriter)).toBeGreaterThan(200)
  }, 300_000)

  it('200 times on the way that the window writes loses no verdict that the window was told of', async () => {
    expect(await kill200Times(killProcessOfWindow)).toBeGreaterThan(200)
  }, 600_000)
})
