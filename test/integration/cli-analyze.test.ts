import { spawn } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { AnalysisReport } from '../../src-main/export/analysis-report'
import { buildEntries } from '../helpers/build-entries'
import { makePngStudy } from '../helpers/make-png-study'
import { readNpy } from '../helpers/read-npy'
import { temporaryFolder } from '../helpers/temporary-folder'

const model = resolve(__dirname, '../fixtures/models/tiny-vae')
const folder = temporaryFolder()
const study = join(folder, 'study')
let entries: Awaited<ReturnType<typeof buildEntries>> | undefined

beforeAll(async () => {
  entries = await buildEntries(['engine', 'cli'])
  await makePngStudy(study, 3, { 1: [30, 36, 6] })
})
afterAll(() => entries?.remove())

interface Ended {
  code: number | null
  stdout: string
  stderr: string
}

/** Runs the built command line as a person would. */
function nidus(...argv: string[]): Promise<Ended> {
  return new Promise((done) => {
    const child = spawn(process.execPath, [join(entries?.folder ?? '', 'cli.js'), ...argv], { cwd: folder })
    let stdout = ''
    let stderr = ''
    child.stdout.on('data', (part: Buffer) => (stdout += part.toString()))
    child.stderr.on('data', (part: Buffer) => (stderr += part.toString()))
    child.on('close', (code) => done({ code, stdout, stderr }))
  })
}
const analyze = (...argv: string[]): Promise<Ended> =>
  nidus('analyze', '--model', model, '--provider', 'cpu', ...argv)
const reportIn = (out: string): AnalysisReport =>
  JSON.parse(readFileSync(join(out, 'report.json'), 'utf8')) as AnalysisReport

describe('nidus analyze', () => {
  it('writes the maps of all slices and a report that says how they were made', async () => {
    const out = join(folder, 'full')
    const { code, stdout } = await analyze(study, '--out', out)
    expect(code).toBe(0)
    expect(stdout).toContain('Research use only')
    const report = reportIn(out)
    expect(report).toMatchObject({
      researchUseOnly: true,
      notice: 'Research use only. Not for diagnosis.',
      app: { version: expect.stringMatching(/^\d+\.\d+\.\d+$/) as string },
      model: { id: 'tiny-vae', kind: 'vae', version: '0.1.0', preprocessingVersion: '1' },
      provider: { requested: 'cpu', used: 'cpu', reason: 'as requested' },
      threshold: { id: 'p99', version: 'tiny-1', value: 4, map: 'rec' },
      warnings: []
    })
    expect(Object.keys(report.timingsMs).sort()).toEqual(['inference', 'load', 'maps', 'preprocess', 'total'])
    expect(report.studies).toHaveLength(1)
    expect(report.studies[0].series).toHaveLength(1)
    const { seriesInstanceUID, modality, slices } = report.studies[0].series[0]
    expect(modality).toBe('OT')
    expect(slices.map(({ index, source }) => [index, source.path])).toEqual(
      [0, 1, 2].map((index) => [index, join(study, `slice-00${index}.png`)])
    )
    for (const slice of slices) {
      expect(Object.keys(slice.maps)).toEqual(['rec', 'grad-kl', 'grad-rec', 'grad-elbo', 'combi'])
      expect(slice.maps.combi).toBe(`maps/${seriesInstanceUID}/000${slice.index}_combi.npy`)
      for (const [map, file] of Object.entries(slice.maps)) {
        const { shape, values } = readNpy(join(out, file))
        expect(shape).toEqual([80, 72])
        expect(values).toBeInstanceOf(Float32Array)
        expect(Math.max(...values)).toBe(slice.peaks[map as 'rec'])
      }
    }
    // The names that other programs read, to the letter.
    const raw = JSON.parse(readFileSync(join(out, 'report.json'), 'utf8')) as {
      studies: { series: { slices: object[] }[] }[]
    }
    expect(Object.keys(raw.studies[0])).toEqual(['studyInstanceUID', 'series'])
    expect(Object.keys(raw.studies[0].series[0])).toEqual([
      'seriesInstanceUID',
      'modality',
      'slices',
      'findings',
      'threshold'
    ])
    expect(Object.keys(raw.studies[0].series[0].slices[0])).toEqual(
      expect.arrayContaining(
        'index source sopInstanceUID rows columns score maps findings'.split(' ')
      ) as string[]
    )
    // What the report says of a finding can be counted in the map itself.
    const [finding] = slices[1].findings
    const { values } = readNpy(join(out, slices[1].maps.rec as string))
    expect(values[finding.peakAt[1] * 72 + finding.peakAt[0]]).toBe(finding.peak)
    const over = slices[1].findings.reduce((sum, { areaPx }) => sum + areaPx, 0)
    expect(Array.from(values).filter((value) => value >= 4)).toHaveLength(over)
  })

  it('writes the same bytes again', async () => {
    const [one, two] = [join(folder, 'one'), join(folder, 'two')]
    await analyze(study, '--out', one, '--map', 'combi,grad-rec')
    await analyze(join(study, 'slice-001.png'), '--out', two, '--map', 'combi,grad-rec')
    const whole = reportIn(one).studies[0].series[0].slices[1]
    const alone = reportIn(two).studies[0].series[0].slices[0]
    expect(alone.score).toBe(whole.score)
    expect(alone.findings).toEqual(whole.findings)
    for (const map of ['combi', 'grad-rec'] as const) {
      const bytes = [join(one, whole.maps[map] as string), join(two, alone.maps[map] as string)].map((file) =>
        readFileSync(file)
      )
      expect(bytes[0].equals(bytes[1])).toBe(true)
    }
  })

  it('takes maps and threshold as asked, the findings from the first map, and saves pictures only', async () => {
    const out = join(folder, 'pictures')
    const { code } = await analyze(
      study,
      '--out',
      out,
      '--map',
      'rec,combi',
      '--threshold',
      '6.5',
      '--save',
      'png'
    )
    expect(code).toBe(0)
    expect(existsSync(join(out, 'report.json'))).toBe(false)
    const [series] = readdirSync(join(out, 'maps'))
    const files = readdirSync(join(out, 'maps', series)).sort()
    expect(files).toEqual([0, 1, 2].flatMap((i) => [`000${i}_combi.png`, `000${i}_rec.png`]))
    const picture = await sharp(join(out, 'maps', series, '0001_rec.png')).metadata()
    expect(picture).toMatchObject({ width: 72, height: 80, channels: 3, depth: 'uchar' })
  })

  it('prints the report, and nothing else, to stdout with --json', async () => {
    const { code, stdout } = await analyze(study, '--json', '--map', 'rec', '--threshold', '4.25')
    expect(code).toBe(0)
    const report = JSON.parse(stdout) as AnalysisReport
    expect(report.threshold).toEqual({ id: 'custom', version: 'custom', value: 4.25, map: 'rec' })
    expect(report.studies[0].series[0].slices[1].maps).toEqual({})
    expect(report.studies[0].series[0].slices[1].findings[0].peak).toBeGreaterThan(4.25)
  })

  it('does what can be done where one file is broken, lists it, and exits 5', async () => {
    const mixed = join(folder, 'mixed')
    cpSync(study, mixed, { recursive: true })
    const whole = readFileSync(join(mixed, 'slice-002.png'))
    writeFileSync(join(mixed, 'slice-002.png'), whole.subarray(0, whole.length / 2))
    writeFileSync(join(mixed, 'noise.dcm'), Buffer.alloc(500, 7))
    const out = join(folder, 'mixed-out')
    const { code, stderr } = await analyze(mixed, '--out', out)
    expect(code).toBe(5)
    expect(stderr).toContain('noise.dcm')
    const report = reportIn(out)
    expect(report.studies[0].series[0].slices).toHaveLength(2)
    const listed = report.warnings.map(({ path }) => path)
    expect(listed).toContain(join(mixed, 'noise.dcm'))
    expect(listed).toContain(join(mixed, 'slice-002.png'))
    for (const warning of report.warnings) expect(warning).toMatchObject({ code: /./, message: /./ })
  })

  it('lists slices that show nothing, with maps at the floor', async () => {
    const black = join(folder, 'black.png')
    await sharp({ create: { width: 40, height: 30, channels: 3, background: 'black' } })
      .png()
      .toFile(black)
    const { code, stdout } = await analyze(black, '--json')
    expect(code).toBe(0)
    const report = JSON.parse(stdout) as AnalysisReport
    expect(report.warnings).toMatchObject([{ code: 'slice-without-foreground', path: black }])
    expect(report.studies[0].series[0].slices[0]).toMatchObject({ hasForeground: false, findings: [] })
  })

  it('exits 3 where nothing is readable, with the reasons in the report', async () => {
    const empty = join(folder, 'text')
    mkdirSync(empty)
    writeFileSync(join(empty, 'a.txt'), 'no image')
    const out = join(folder, 'text-out')
    expect((await analyze(empty, '--out', out)).code).toBe(3)
    expect(reportIn(out).studies).toEqual([])
    expect(reportIn(out).warnings).toHaveLength(1)
    expect((await analyze(join(folder, 'not-there'))).code).toBe(3)
  })

  it('exits 4 where the model cannot be loaded, and says why', async () => {
    const broken = join(folder, 'broken-model')
    cpSync(model, broken, { recursive: true })
    writeFileSync(join(broken, 'model.onnx'), 'changed')
    const changed = await nidus('analyze', study, '--model', broken)
    expect(changed.code).toBe(4)
    expect(changed.stderr).toContain('model-hash-mismatch')
    const unknown = await nidus('analyze', study, '--model', 'no-such-model')
    expect(unknown.code).toBe(4)
    expect(unknown.stderr).toContain('no-such-model')
  })

  it('exits 2 for wrong arguments, maps and thresholds the model does not have, and an unusable --out', async () => {
    expect((await nidus('analyze')).code).toBe(2)
    expect((await analyze(study, '--threshold', 'p42')).stderr).toContain('p99')
    expect((await analyze(study, '--threshold', 'p42')).code).toBe(2)
    const file = join(folder, 'a-file')
    writeFileSync(file, '')
    const unusable = await analyze(study, '--out', join(file, 'out'))
    expect(unusable.code).toBe(2)
    expect(unusable.stderr).toContain('output-unwritable')
  })

  it('runs on the CPU and warns where the provider asked for does not work', async () => {
    const elsewhere = process.platform === 'win32' ? 'coreml' : 'dml'
    const { code, stdout } = await nidus(
      'analyze',
      study,
      '--model',
      model,
      '--provider',
      elsewhere,
      '--json'
    )
    expect(code).toBe(0)
    const { provider, warnings } = JSON.parse(stdout) as AnalysisReport
    expect(provider).toMatchObject({ requested: elsewhere, used: 'cpu' })
    expect(provider.reason).toContain(elsewhere)
    expect(warnings).toMatchObject([{ code: 'provider-unavailable' }])
  })
})

describe('nidus', () => {
  it('explains itself', async () => {
    const help = await nidus('--help')
    expect(help).toMatchObject({ code: 0, stderr: '' })
    for (const word of ['analyze', 'decode', 'differentiate', 'Research use only'])
      expect(help.stdout).toContain(word)
    const version = await nidus('--version')
    expect(version.stdout).toMatch(/^\d+\.\d+\.\d+\n$/)
    for (const command of ['analyze', 'decode', 'differentiate']) {
      const answer = await nidus(command, '--help')
      expect(answer.code).toBe(0)
      expect(answer.stdout).toContain(`nidus ${command}`)
    }
  })

  it('exits 2 without a command and for one it does not have', async () => {
    expect((await nidus()).code).toBe(2)
    const unknown = await nidus('destroy')
    expect(unknown.code).toBe(2)
    expect(unknown.stderr).toContain("'destroy'")
  })

  it('takes it when its reader goes away', async () => {
    const { code, stderr } = await new Promise<Ended>((done) => {
      const child = spawn(process.execPath, [join(entries?.folder ?? '', 'cli.js'), '--help'])
      child.stdout.destroy()
      let stderr = ''
      child.stderr.on('data', (part: Buffer) => (stderr += part.toString()))
      child.on('close', (code) => done({ code, stdout: '', stderr }))
    })
    expect(code).toBe(0)
    expect(stderr).toBe('')
  })
})
