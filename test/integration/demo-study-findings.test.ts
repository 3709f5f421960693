import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildIfStale } from '../../scripts/build-if-stale.mjs'

/**
 * The shipped models on the bundled study, through the built command line: what a person sees on the first start.
 * Expected places come from the masks that the generator wrote beside the study.
 */
const root = resolve(__dirname, '../..')
const out = mkdtempSync(join(tmpdir(), 'nidus-demo-'))

interface Finding {
  bbox: [number, number, number, number]
  areaMm2: number
  peak: number
}
interface Report {
  model: { id: string }
  studies: {
    series: {
      findings: Body[]
      slices: { index: number; source: { path: string }; findings: Finding[] }[]
    }[]
  }[]
}

interface Body {
  peak: number
  firstSlice: number
  lastSlice: number
  volumeMm3: number
  parts: { sliceIndex: number }[]
}

beforeAll(() => buildIfStale(() => {}), 300_000)
afterAll(() => rmSync(out, { recursive: true, force: true }))

async function maskOf(sliceNumber: number): Promise<Uint8Array> {
  const name = `mask-${String(sliceNumber).padStart(2, '0')}.png`
  return sharp(join(root, 'resources/demo-study-truth', name))
    .toColourspace('b-w')
    .raw()
    .toBuffer()
}

describe('findings on the demo study', () => {
  it.each(['auto', 'brain-flair-best', 'brain-flair-cevae', 'brain-flair-vae'])(
    'rank a planted lesion first: %s',
    async (model) => {
      const folder = join(out, model)
      execFileSync(process.execPath, [
        ...[join(root, 'out/main/cli.js'), 'analyze', join(root, 'resources/demo-study')],
        ...['--model', model, '--out', folder, '--save', 'report', '--provider', 'cpu']
      ])
      const report = JSON.parse(readFileSync(join(folder, 'report.json'), 'utf8')) as Report
      const slices = report.studies.flatMap((study) => study.series.flatMap((series) => series.slices))
      expect(slices).toHaveLength(24)
      const [top] = slices
        .flatMap(({ findings, source }) => findings.map((finding) => ({ ...finding, path: source.path })))
        .sort((one, other) => other.peak - one.peak)
      const sliceNumber = Number(/slice-(\d\d)\.dcm$/.exec(top!.path)?.[1])
      const mask = await maskOf(sliceNumber)
      const [x, y, width, height] = top!.bbox
      expect(mask[Math.round(y + height / 2) * 256 + Math.round(x + width / 2)]).toBe(255)
      // specks of a few pixels are no findings, in mm2 where the spacing is known as in pixels where it is not
      const areasMm2 = slices.flatMap(({ findings }) => findings.map(({ areaMm2 }) => areaMm2))
      expect(Math.min(...areasMm2)).toBeGreaterThanOrEqual(16)
      // the planted lesions are balls and ellipsoids over several slices: the first body spans some and leads by peak
      const bodies = report.studies.flatMap((study) => study.series.flatMap(({ findings }) => findings))
      expect(bodies[0]!.peak).toBe(top!.peak)
      expect(bodies[0]!.lastSlice - bodies[0]!.firstSlice).toBeGreaterThanOrEqual(1)
      expect(bodies.map(({ peak }) => peak)).toEqual(bodies.map(({ peak }) => peak).sort((a, b) => b - a))
      expect(bodies.length).toBeLessThan(areasMm2.length)
    }
  )
})
