import { fork, type ChildProcess } from 'node:child_process'
import { existsSync, readdirSync, statSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildEntries } from '../helpers/build-entries'
import type { FromChild, ToChild } from '../helpers/decode-damaged-child'
import { writeSoundSamples } from '../helpers/sound-samples'
import { temporaryFolder } from '../helpers/temporary-folder'

/**
 * Damaged copies of corpus files, and for every third input of files of other formats (PNG, JPEG, TIFF, NIfTI, gzip,
 * zip), by a seeded mutator (test/helpers/damage-file.ts), each decoded in a child process with five seconds of time
 * and a gibibyte of memory. Whatever comes out, it is pixels or a NidusError with a code of
 * its own; a file that was only cut, or whose pixel lengths lie, gives the frames that it gave before, frames marked
 * as partial, or none.
 *
 * NIDUS_FUZZ chooses how many inputs (default 1,000; a night's run takes 20,000), NIDUS_FUZZ_SEED which ones.
 */
const corpus = resolve(process.env.NIDUS_CORPUS ?? '../shared/data', 'dicom/files')
const present = existsSync(corpus)
if (!present) console.log(`fuzzing skipped: no ${corpus} (set NIDUS_CORPUS)`)

const inputs = Number(process.env.NIDUS_FUZZ ?? 1000)
const seed = Number(process.env.NIDUS_FUZZ_SEED ?? 1)
const largestBytes = 300_000
const longestMs = 5_000
const mostBytes = 2 ** 30

const folder = temporaryFolder()
let built: { folder: string; remove(): void }
let child: ChildProcess | null = null

function start(files: string[], others: string[]): ChildProcess {
  const started = fork(join(built.folder, 'decode-damaged-child.js'), [], {
    execArgv: ['--max-old-space-size=512'],
    serialization: 'advanced'
  })
  started.send({ files, others, seed } satisfies ToChild)
  return started
}

/** One input in the child; a child that dies or hangs is replaced for the next. */
function tryInput(input: number, files: string[], others: string[]): Promise<FromChild> {
  const worker = (child ??= start(files, others))
  return new Promise((answer) => {
    const end = (message: FromChild): void => {
      clearTimeout(timer)
      worker.removeAllListeners()
      answer(message)
    }
    const lost = (surprise: string): void => {
      worker.kill('SIGKILL')
      child = null
      end({ input, name: '?', surprises: [surprise], decoded: false, compared: 0, peakBytes: 0 })
    }
    const timer = setTimeout(() => lost(`no answer within ${longestMs} ms`), longestMs)
    worker.once('message', end)
    worker.once('exit', (code, signal) => lost(`the process ended with ${signal ?? code}`))
    worker.send({ input } satisfies ToChild)
  })
}

describe.skipIf(!present)('damaged files', () => {
  beforeAll(async () => {
    built = await buildEntries([], { 'decode-damaged-child': 'test/helpers/decode-damaged-child.ts' })
  })
  afterAll(() => {
    child?.kill()
    built.remove()
  })

  it('end in pixels or in a code', { timeout: 60_000 + inputs * 100 }, async () => {
    const files = readdirSync(corpus)
      .sort()
      .map((name) => resolve(corpus, name))
      .filter((path) => statSync(path).size <= largestBytes)
    const others = await writeSoundSamples(folder)
    const surprises: string[] = []
    let decoded = 0
    let compared = 0
    let peakBytes = 0
    for (let input = 0; input < inputs; input++) {
      const outcome = await tryInput(input, files, others)
      for (const surprise of outcome.surprises)
        surprises.push(`input ${input} (${basename(outcome.name)}): ${surprise}`)
      if (outcome.decoded) decoded++
      compared += outcome.compared
      peakBytes = Math.max(peakBytes, outcome.peakBytes)
      if (outcome.peakBytes > mostBytes) {
        surprises.push(`input ${input} (${basename(outcome.name)}): ${outcome.peakBytes} bytes of memory`)
        child?.kill()
        child = null
      }
    }
    console.log(
      `${inputs} damaged inputs from seed ${seed}: ${decoded} gave pixels, ${compared} frames held against sound ones, peak ${Math.round(peakBytes / 2 ** 20)} MiB`
    )
    expect(surprises).toEqual([])
    if (inputs >= 100) expect(compared).toBeGreaterThan(0)
  })
})
