import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { calibrateCommand } from '../../../../src-main/commands/calibrate'
import { nextAbove } from '../../../../src-main/calibration/sample-statistics'
// models/training/fixtures/make_reference_values.py
import labelled from '../../../fixtures/statistics/labelled.json'
import reference from '../../../fixtures/statistics/normals-only.json'

const folder = mkdtempSync(join(tmpdir(), 'nidus-calibrate-'))
afterAll(() => rmSync(folder, { recursive: true }))

function csv(name: string, lines: string[]): string {
  const path = join(folder, name)
  writeFileSync(path, `${lines.join('\n')}\n`)
  return path
}
const rowsOf = (scores: readonly number[], name: string): string[] =>
  scores.map((score, i) => `${name}${i},${name}p${i},${score}`)

const normals = csv('normals.csv', ['id,patient,score', ...rowsOf(reference.normals, 'n')])
const mixed = csv('mixed.csv', [
  'id,patient,score',
  ...rowsOf(labelled.normals, 'n'),
  ...rowsOf(labelled.anomalies, 'a')
])
const labels = csv('labels.csv', [
  'id,label,complete',
  ...labelled.normals.map((_, i) => `n${i},normal,1`),
  ...labelled.anomalies.map((_, i) => `a${i},anomalous,1`)
])

let out = ''
let err = ''
beforeEach(() => {
  out = ''
  err = ''
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => ((out += String(text)), true))
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => ((err += String(text)), true))
})
afterEach(() => vi.restoreAllMocks())

describe('nidus calibrate', () => {
  it('prints its help, with every method', async () => {
    expect(await calibrateCommand(['--help'])).toBe(0)
    expect(out).toMatch(/^Usage: nidus calibrate/)
    expect(out).toContain('false-positives-per-image')
    expect(out).toContain('(--rate 0.01 --tail-percent 90 --fit pwm)')
  })

  it('learns from all given normals, as numpy.percentile and the conformal rank do', async () => {
    const percentile = ['--method', 'percentile', '--percent', '95', '--scores', normals, '--json']
    expect(await calibrateCommand(percentile)).toBe(0)
    const own = JSON.parse(out)
    expect(own.threshold).toBeCloseTo(reference.percentile95, 12)
    expect(own.interval).toEqual({ low: reference.band95[0], high: reference.band95[1], confidence: 0.95 })
    expect(own).toMatchObject({
      kind: 'threshold',
      method: 'percentile',
      researchUseOnly: true,
      heldOut: null
    })
    const codes = own.warnings.map(({ code }: { code: string }) => code)
    expect(codes).toEqual(['labels-absent-assumed-normal', 'no-held-out-figures'])
    out = ''
    await calibrateCommand(['--method', 'conformal', '--rate', '0.05', '--scores', normals, '--json'])
    expect(JSON.parse(out).threshold).toBe(nextAbove(reference.conformal.score))
  })

  it('uses labels, and gives figures from held-out patients only', async () => {
    const whole = [
      '--method',
      'youden',
      '--scores',
      mixed,
      '--labels',
      labels,
      '--resamples',
      '200',
      '--json'
    ]
    expect(await calibrateCommand(whole)).toBe(0)
    expect(JSON.parse(out).threshold).toBe(labelled.youden)
    out = ''
    expect(await calibrateCommand([...whole, '--split', '0.4', '--current', '1'])).toBe(0)
    const { cases, heldOut, proposal, sampleCounts } = JSON.parse(out)
    expect(cases.calibration + cases.heldOut).toBe(360)
    expect(sampleCounts.normals + sampleCounts.anomalies).toBe(cases.calibration)
    expect(heldOut.counts.normals + heldOut.counts.anomalies).toBe(cases.heldOut)
    expect(heldOut.sensitivity.source).toBe('held-out')
    expect(proposal).toMatchObject({ kind: 'proposal', currentThreshold: 1 })
    const over = [...labelled.normals, ...labelled.anomalies].filter((score) => score >= 1).length
    expect(proposal.findings.stay + proposal.findings.go).toBe(over)
  })

  it('refuses patients on both sides', async () => {
    const argv = ['--method', 'percentile', '--scores', normals, '--held-out', normals, '--json']
    expect(await calibrateCommand(argv)).toBe(5)
    expect(JSON.parse(out)).toMatchObject({ kind: 'refused', reason: 'patient-in-two-sets', have: 500 })
  })

  it('learns nothing from patients that trained the model', async () => {
    const training = (patients: string[]) =>
      csv('training.csv', ['image,patient', ...patients.map((own) => `x,${own}`)])
    const argv = ['--method', 'percentile', '--scores', normals, '--json', '--training']
    expect(await calibrateCommand([...argv, training(['np3', 'np7', 'np7', 'other'])])).toBe(5)
    expect(JSON.parse(out)).toMatchObject({ kind: 'refused', reason: 'patient-in-two-sets', have: 2 })
    out = ''
    expect(await calibrateCommand([...argv, training(['other'])])).toBe(0)
    const headless = csv('headless.csv', ['image', 'x'])
    expect(await calibrateCommand([...argv, headless])).toBe(3)
    expect(err).toContain('lacks patient')
  })

  it('says plainly why it gives no threshold', async () => {
    expect(await calibrateCommand(['--method', 'youden', '--scores', normals])).toBe(5)
    expect(out).toBe(
      'no threshold: there are no anomalous cases, and this method needs them (needs 10, has 0)\n'
    )
    out = ''
    const five = csv('five.csv', ['id,patient,score', ...rowsOf([1, 2, 3, 4, 5], 'f')])
    expect(await calibrateCommand(['--method', 'percentile', '--scores', five])).toBe(5)
    expect(out).toBe('no threshold: too few normal cases (needs 20, has 5)\n')
  })

  it('tells people of rows it skipped and of what it cannot know', async () => {
    const broken = csv('broken.csv', ['id,patient,score', ...rowsOf(reference.normals, 'n'), 'x,px,NaN'])
    expect(await calibrateCommand(['--method', 'mean-sd', '--scores', broken, '--resamples', '200'])).toBe(5)
    expect(err).toContain('broken.csv:502: score is no finite number')
    expect(out).toContain('warning: mean + k SD moves with single outliers')
    expect(out).toContain('warning: no held-out cases')
    expect(out).toContain('Research use only')
  })

  it('takes one case a patient when asked', async () => {
    const slices = csv('slices.csv', [
      'id,patient,score',
      ...reference.normals.map((score, i) => `s${i},p${i % 100},${score}`)
    ])
    const argv = ['--method', 'percentile', '--percent', '50', '--scores', slices, '--json']
    await calibrateCommand([...argv, '--one-per-patient', 'max'])
    const own = JSON.parse(out)
    expect(own.sampleCounts).toEqual({ normals: 100, anomalies: 0, patients: 100 })
    const tops = Array.from({ length: 100 }, (_, p) =>
      Math.max(...[0, 1, 2, 3, 4].map((i) => reference.normals[p + 100 * i]))
    ).sort((a, b) => a - b)
    expect(own.threshold).toBeCloseTo((tops[49] + tops[50]) / 2, 12)
  })

  it.each([
    [[], '--method NAME is missing'],
    [['--method', 'magic', '--scores', 'x'], '--method is one of'],
    [['--method', 'percentile'], '--scores CSV is missing'],
    [['--method', 'percentile', '--scores', 'x', '--percent', 'many'], '--percent needs a number'],
    [['--method', 'percentile', '--scores', 'x', '--split', '2'], '--split'],
    [['--method', 'percentile', '--scores', 'x', '--split', '0.5', '--held-out', 'y'], 'exclude each other'],
    [['--wrong'], '--wrong']
  ])('answers wrong arguments with usage: %j', async (argv, message) => {
    expect(await calibrateCommand(argv)).toBe(2)
    expect(err).toContain(message)
    expect(err).toContain('Usage: nidus calibrate')
  })

  it('answers files it cannot read with 3', async () => {
    expect(await calibrateCommand(['--method', 'percentile', '--scores', join(folder, 'none.csv')])).toBe(3)
    expect(err).toContain('ENOENT')
    const headless = csv('headless.csv', ['1,2,3'])
    expect(await calibrateCommand(['--method', 'percentile', '--scores', headless])).toBe(3)
    expect(err).toContain('lacks id, patient, score')
  })
})
