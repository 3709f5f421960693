import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { driftCommand } from '../../../../src-main/commands/drift'
// models/training/fixtures/make_reference_values.py: gamma(2, 1), and gamma(2, 1.6) as another scanner would give
import reference from '../../../fixtures/statistics/drift.json'

const folder = mkdtempSync(join(tmpdir(), 'nidus-drift-'))
afterAll(() => rmSync(folder, { recursive: true }))

function csv(name: string, lines: string[]): string {
  const path = join(folder, name)
  writeFileSync(path, `${lines.join('\n')}\n`)
  return path
}
const table = (name: string, scores: readonly number[]): string =>
  csv(`${name}.csv`, [
    'id,patient,score,time',
    ...scores.map((score, i) => `${name}${i},${name}p${i},${score},${i}`)
  ])

const [same, scaled] = reference.ks
const base = table('base', same.a)
const steady = table('steady', same.b)
const shifted = table('shifted', scaled.b)

let out = ''
let err = ''
beforeEach(() => {
  out = ''
  err = ''
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => ((out += String(text)), true))
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => ((err += String(text)), true))
})
afterEach(() => vi.restoreAllMocks())

describe('nidus drift', () => {
  it('prints its help', async () => {
    expect(await driftCommand(['-h'])).toBe(0)
    expect(out).toMatch(/^Usage: nidus drift/)
  })

  it('is quiet without drift, with the statistic of stats.ks_2samp', async () => {
    expect(await driftCommand(['--reference', base, '--recent', steady, '--json'])).toBe(0)
    const own = JSON.parse(out)
    expect(own).toMatchObject({ kind: 'drift', drifted: false, advice: 'steady', falseAlarmRate: 0.01 })
    expect(own.kolmogorovSmirnov.statistic).toBeCloseTo(same.statistic, 12)
    expect(own.kolmogorovSmirnov.unclusteredPValue).toBeCloseTo(same.pValue, 9)
    expect(own.sentence).toMatch(/^No /)
    expect(own.percentile95.trend.windows).toHaveLength(8)
  })

  it('fires when scores have changed, and says what to do', async () => {
    expect(await driftCommand(['--reference', base, '--recent', shifted])).toBe(0)
    expect(out).toMatch(/^Normal scores have changed: recalibrate/)
    expect(out).toMatch(/Kolmogorov-Smirnov distance 0\.\d+, p = 0\.00\d+: alarm/)
    expect(out).toContain('false alarm rate of this check: at most 0.01')
  })

  it('takes only cases labelled normal, and counts of rejected findings', async () => {
    const labels = csv('labels.csv', [
      'id,label',
      ...same.a.map((_, i) => `base${i},0`),
      ...same.b.map((_, i) => `steady${i},${i < 30 ? 0 : 1}`)
    ])
    const argv = ['--reference', base, '--recent', steady, '--labels', labels, '--json']
    await driftCommand([...argv, '--rejected-before', '20/100', '--rejected-now', '70/100'])
    const own = JSON.parse(out)
    expect(own.cases).toEqual({ reference: 200, recent: 30 })
    expect(own.rejectedShare).toMatchObject({ reference: 0.2, recent: 0.7, alarm: true })
    expect(own.advice).toBe('watch')
  })

  it('says when there are too few patients', async () => {
    const few = table('few', same.b.slice(0, 5))
    expect(await driftCommand(['--reference', base, '--recent', few])).toBe(5)
    expect(out).toBe('no check possible: too few patients (needs 20 on both sides, has 5)\n')
  })

  it.each([
    [['--threshold', '3'], '--reference CSV is missing'],
    [['--reference', 'x', '--recent', 'y', '--db', 'z'], '--db'],
    [['--level', 'voxel'], '--level'],
    [['--reference', 'x'], '--recent CSV is missing'],
    [['--reference', 'x', '--recent', 'y', '--rejected-now', '1/2'], 'go together'],
    [['--reference', 'x', '--recent', 'y', '--rejected-now', '3/2', '--rejected-before', '1/2'], 'A/N'],
    [['--reference', 'x', '--recent', 'y', '--percent', '100'], '--percent'],
    [['--reference', 'x', '--recent', 'y', '--permutations', '10'], '--permutations'],
    [['--what'], '--what']
  ])('answers wrong arguments with usage: %j', async (argv, message) => {
    expect(await driftCommand(argv)).toBe(2)
    expect(err).toContain(message)
  })

  it('answers files it cannot read with 3', async () => {
    expect(await driftCommand(['--reference', join(folder, 'none.csv'), '--recent', steady])).toBe(3)
    expect(err).toContain('ENOENT')
  })
})
