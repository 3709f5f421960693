import { spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { AnalysisReport } from '../../src-main/export/analysis-report'
import { buildEntries } from '../helpers/build-entries'

/** `nidus analyze` with the models that ship, on real images. */
const corpus = process.env.NIDUS_CORPUS ?? resolve(__dirname, '../../../shared/data')
const present = existsSync(join(corpus, 'series')) && existsSync(join(corpus, 'brain-flair'))
if (!present) console.log(`skipped: no images at ${corpus} (set NIDUS_CORPUS)`)

let entries: Awaited<ReturnType<typeof buildEntries>> | undefined
beforeAll(async () => {
  if (present) entries = await buildEntries(['engine', 'cli'])
})
afterAll(() => entries?.remove())

function analyze(...argv: string[]): Promise<{ code: number | null; report: AnalysisReport }> {
  return new Promise((done, fail) => {
    const child = spawn(process.execPath, [
      join(entries?.folder ?? '', 'cli.js'),
      'analyze',
      '--json',
      ...argv
    ])
    let stdout = ''
    child.stdout.on('data', (part: Buffer) => (stdout += part.toString()))
    child.on('close', (code) => {
      try {
        done({ code, report: JSON.parse(stdout) as AnalysisReport })
      } catch (thrown) {
        fail(thrown)
      }
    })
  })
}

describe.skipIf(!present)('nidus analyze on real images', () => {
  it('takes a shuffled T1 head in anatomical order, with the ceVAE, and says that it was trained for FLAIR', async () => {
    const { code, report } = await analyze(join(corpus, 'series', 'mr-t1-32-shuffled'))
    expect(code).toBe(0)
    expect(report.model.id).toBe('brain-flair-cevae')
    const [series] = report.studies[0].series
    // The csv beside the folder gives the true order along the slice normal (pydicom and numpy).
    const [, ...lines] = readFileSync(join(corpus, 'series', 'mr-t1-32-shuffled.csv'), 'utf8')
      .trim()
      .split(/\r?\n/)
    const trueOrder = lines
      .map((line) => line.split(','))
      .sort((a, b) => Number(a[1]) - Number(b[1]))
      .map(([file]) => file)
    expect(series.slices.map(({ source }) => basename(source.path))).toEqual(trueOrder)
    expect(series.slices.every(({ score }) => Number.isFinite(score))).toBe(true)
    expect(report.warnings.map(({ code, message }) => [code, /contrast T1/.test(message)])).toContainEqual([
      'model-mismatch',
      true
    ])
  })

  it('says that a coronal wrist is outside what the model was trained for', async () => {
    const { report } = await analyze(join(corpus, 'series', 'mr-16-coronal'))
    const said = report.warnings.filter(({ code }) => code === 'model-mismatch').map(({ message }) => message)
    expect(said.some((message) => message.includes('body part wrist'))).toBe(true)
    expect(said.some((message) => message.includes('orientation coronal'))).toBe(true)
    expect(said.some((message) => message.includes('outline of the patient differs'))).toBe(true)
    expect(report.studies[0].series[0].slices).toHaveLength(16)
  })

  it('reads one PNG as a series of one slice', async () => {
    const [, first] = readFileSync(join(corpus, 'brain-flair', 'splits.csv'), 'utf8').split(/\r?\n/)
    const file = join(corpus, 'brain-flair', 'images', first.split(',')[0])
    const { code, report } = await analyze(file)
    expect(code).toBe(0)
    expect(report.studies[0].series[0].slices).toMatchObject([{ index: 0, rows: 256, columns: 256 }])
    expect(report.warnings).toEqual([])
  })
})
