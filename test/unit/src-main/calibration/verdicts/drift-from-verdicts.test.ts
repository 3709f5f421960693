import { describe, expect, it } from 'vitest'
import { randomNormal, seededRandom } from '../../../../../src-main/calibration/seeded-random'
import { driftFromVerdicts } from '../../../../../src-main/calibration/verdicts/drift-from-verdicts'
import { judged, sliceOf } from './judged'

const day = 86_400_000
const start = Date.parse('2026-01-01T08:00:00.000Z')
const at = (i: number) => new Date(start + i * day).toISOString()

/** One normal slice a patient and day, log-normal peaks around 4; from `changeAt` on all scores are multiplied. */
function daily(count: number, { changeAt = Infinity, factor = 1, seed = 1 } = {}) {
  const random = seededRandom(seed)
  return Array.from({ length: count }, (_, i) => {
    const peak = 4 * Math.exp(0.4 * randomNormal(random)) * (i >= changeAt ? factor : 1)
    return judged({ kind: 'slice-normal', study: `1.${i}`, at: at(i), slices: [sliceOf(0, peak)] })
  })
}

const ask = { level: 'slice', threshold: 10 } as const

describe('drift from verdicts', () => {
  it('says keep the threshold where nothing has changed', () => {
    const drift = driftFromVerdicts({ ...ask, verdicts: daily(200), taughtUntil: start + 99 * day })
    expect(drift).toMatchObject({
      comparedWith: 'taught-threshold',
      reference: { patients: 100, from: start, until: start + 99 * day },
      recent: { patients: 60, until: start + 199 * day },
      report: { kind: 'drift', drifted: false, advice: 'steady', falseAlarmRate: 0.01 }
    })
    expect(drift.advice).toMatch(/keep the threshold/i)
  })

  it('fires on a new scanner and shows when it came', () => {
    const verdicts = daily(200, { changeAt: 140, factor: 1.6 })
    const { report, advice, windows } = driftFromVerdicts({
      ...ask,
      verdicts,
      taughtUntil: start + 99 * day
    })
    expect(report).toMatchObject({ drifted: true, advice: 'recalibrate' })
    expect(advice).toContain('recalibrate')
    expect(windows.map(({ patients }) => patients)).toEqual([20, 20, 20, 20, 20])
    const over = windows.map(({ kolmogorovSmirnov: { value, limit } }) => value > limit)
    expect(over).toEqual([false, false, true, true, true])
    expect(windows[2].from).toBe(start + 140 * day)
    expect(windows[4].thresholdMove).toBeGreaterThan(0.2)
  })

  it('marks the points that chance alone seldom reaches', () => {
    const { windows } = driftFromVerdicts({ ...ask, verdicts: daily(120), taughtUntil: start + 99 * day })
    // sqrt(-ln(0.005) / 2) = 1.62762 and scipy.stats.chi2.isf(0.01, 9) = 21.665994, at 20 against 100 patients
    expect(windows[0].kolmogorovSmirnov.limit).toBeCloseTo(1.62762 * Math.sqrt(0.06), 5)
    expect(windows[0].populationStability.limit).toBeCloseTo(21.665994 * 0.06, 5)
  })

  it('compares with the first patients until a threshold is approved', () => {
    const drift = driftFromVerdicts({ ...ask, verdicts: daily(100), taughtUntil: null })
    expect(drift.comparedWith).toBe('first-patients')
    expect([drift.reference.patients, drift.recent.patients]).toEqual([50, 50])
    expect(driftFromVerdicts({ ...ask, verdicts: daily(400), taughtUntil: null }).reference.patients).toBe(
      100
    )
  })

  it('counts rejected findings then and now', () => {
    const findings = Array.from({ length: 200 }, (_, i) =>
      judged({
        kind: i < 100 ? (i % 2 ? 'reject' : 'confirm') : i % 10 ? 'reject' : 'confirm',
        subject: `f${i}`,
        study: `1.${i}`,
        slice: 5,
        at: at(i),
        slices: []
      })
    )
    const verdicts = [...daily(200), ...findings]
    const { report, windows } = driftFromVerdicts({ ...ask, verdicts, taughtUntil: start + 99 * day })
    if (report.kind !== 'drift') throw new Error('no report')
    expect(report.rejectedShare).toMatchObject({ reference: 0.5, recent: 0.9, alarm: true })
    expect(report.advice).toBe('watch')
    expect(windows.map(({ rejected }) => rejected!.value)).toEqual([0.9, 0.9, 0.9, 0.9, 0.9])
  })

  it('says how many patients are missing for a check', () => {
    const { report, advice, windows } = driftFromVerdicts({
      ...ask,
      verdicts: daily(110),
      taughtUntil: start + 99 * day
    })
    expect(report).toMatchObject({ kind: 'refused', reason: 'too-few-patients', need: 20, have: 10 })
    expect(advice).toContain('10 more patients')
    expect(windows).toEqual([])
    expect(driftFromVerdicts({ ...ask, verdicts: [], taughtUntil: null }).report.kind).toBe('refused')
  })
})
