import { describe, expect, it } from 'vitest'
import { describeRefusal, describeWarning } from '../../../../src-main/calibration/describe-result'
import { estimatePerformance } from '../../../../src-main/calibration/estimate-performance'
import { findMethod, methodNames, thresholdMethods } from '../../../../src-main/calibration/methods'
import { onePerPatient } from '../../../../src-main/calibration/one-per-patient'
import { proposeThreshold } from '../../../../src-main/calibration/propose-threshold'
import type { ThresholdProposal } from '../../../../src-main/calibration/propose-threshold'
import type { ScoredCase } from '../../../../src-main/calibration/scored-case'
import { sharedPatients, splitCases } from '../../../../src-main/calibration/split-cases'
import { refusalReasons, thresholdWarningCodes } from '../../../../src-main/calibration/threshold-result'

/** `count` cases, one a patient, with scores 1, 2, … count. */
function cases(
  count: number,
  label: ScoredCase['label'],
  name: string,
  more: Partial<ScoredCase> = {}
): ScoredCase[] {
  return Array.from({ length: count }, (_, i) => ({
    id: `${name}${i}`,
    patient: `${name}${i}`,
    score: i + 1,
    label,
    studyComplete: true,
    ...more
  }))
}

describe('splitting by patient', () => {
  const many = Array.from({ length: 3000 }, (_, i) => ({ patient: `p${i % 1000}`, id: i }))

  it('never puts a patient on both sides, and holds out the asked share', () => {
    const { calibration, heldOut } = splitCases(many, 0.3)
    expect(sharedPatients([calibration, heldOut])).toEqual([])
    expect(calibration.length + heldOut.length).toBe(3000)
    // binomial(1000, 0.3) within 4 standard deviations of 14.5
    expect(Math.abs(heldOut.length / 3 - 300)).toBeLessThan(58)
  })

  it('keeps each patient where it was when cases come, and shuffles with the seed', () => {
    const patientsOf = (own: { patient: string }[]): Set<string> => new Set(own.map(({ patient }) => patient))
    const before = patientsOf(splitCases(many.slice(0, 500), 0.3).heldOut)
    const after = patientsOf(splitCases(many, 0.3).heldOut)
    for (const patient of before) expect(after.has(patient)).toBe(true)
    const other = patientsOf(splitCases(many, 0.3, 2).heldOut)
    const both = [...after].filter((patient) => other.has(patient)).length
    // independent draws share 9 % of 1000 patients
    expect(both).toBeGreaterThan(50)
    expect(both).toBeLessThan(130)
  })

  it('names patients in two of three sets', () => {
    const set = (...names: string[]): { patient: string }[] => names.map((patient) => ({ patient }))
    expect(sharedPatients([set('a', 'b'), set('c', 'c'), set('b', 'c')]).sort()).toEqual(['b', 'c'])
  })
})

describe('held-out figures', () => {
  it('count sensitivity in completely read studies only', () => {
    const seen = cases(40, 'anomalous', 'shown', { studyComplete: false })
    const known = cases(20, 'anomalous', 'known')
    const own = estimatePerformance([...cases(50, 'normal', 'n'), ...seen, ...known], 11)
    // normals 11..50 of 50; anomalies 11..20 of 20; the 40 shown ones do not count
    expect(own.falsePositiveRate!.estimate).toBe(0.8)
    expect(own.sensitivity!.estimate).toBe(0.5)
    // statsmodels proportion_confint(10, 20, method="beta")
    expect(own.sensitivity!.low).toBeCloseTo(0.2719578, 6)
    expect(own.sensitivity!.high).toBeCloseTo(0.7280422, 6)
    expect(own.counts).toMatchObject({ anomalies: 60, anomaliesOfCompleteStudies: 20, studies: 50 })
    expect(own.warnings).toContainEqual({ code: 'incomplete-studies-left-out', anomalies: 40 })
  })

  it('are unknown without verdicts that could tell', () => {
    const onlyShown = cases(40, 'anomalous', 'shown', { studyComplete: false })
    const own = estimatePerformance([...cases(5, 'normal', 'n'), ...onlyShown], 3)
    expect(own.falsePositiveRate).toBeNull()
    expect(own.sensitivity).toBeNull()
    expect(own.warnings.map(({ code }) => code)).toEqual([
      'too-few-held-out',
      'incomplete-studies-left-out',
      'sensitivity-unknown'
    ])
    expect(estimatePerformance([], 3).warnings[0].code).toBe('no-held-out-figures')
  })

  it('count false alarms per study', () => {
    // 20 studies with the scores 1, 2, 3: two of three at or over 2
    const slices = Array.from({ length: 20 }, (_, study) =>
      cases(3, 'normal', `s${study}-`).map((own) => ({ ...own, patient: `p${study}`, study: `s${study}` }))
    ).flat()
    const own = estimatePerformance(slices, 2)
    expect(own.falsePositivesPerStudy!.estimate).toBe(2)
    expect(own.falsePositiveRate!.estimate).toBeCloseTo(2 / 3, 12)
  })
})

describe('proposal', () => {
  const request = {
    level: 'finding' as const,
    method: 'percentile' as const,
    options: { percent: 90 },
    currentThreshold: 50,
    calibration: cases(100, 'normal', 'c'),
    heldOut: [
      ...cases(100, 'normal', 'h', { group: 'MR scanner 1' }),
      ...cases(50, 'anomalous', 'a', { group: 'MR scanner 2' })
    ],
    pastFindings: Array.from({ length: 100 }, (_, i) => ({
      id: `f${i}`,
      score: i + 1,
      group: 'MR scanner 1'
    })),
    pastFindingsFloor: 40
  }
  const proposal = proposeThreshold(request) as ThresholdProposal

  it('shows what would change, on held-out cases', () => {
    // np.percentile(range(1, 101), 90) = 90.1: findings 50..90 go, 91..100 stay
    expect(proposal.learnt.threshold).toBeCloseTo(90.1, 12)
    expect(proposal.findings).toEqual({ stay: 10, go: 41, come: 0 })
    expect(proposal.relativeChange).toBeCloseTo(0.802, 12)
    expect(proposal.before.falsePositiveRate!.estimate).toBe(0.51)
    expect(proposal.after.falsePositiveRate!.estimate).toBe(0.1)
    expect(proposal.before.sensitivity!.estimate).toBe(0.02)
    expect(proposal.after.sensitivity!.estimate).toBe(0)
    expect(proposal.groups.map(({ group }) => group)).toEqual(['MR scanner 1', 'MR scanner 2'])
    expect(proposal.groups[0].findings).toEqual(proposal.findings)
    expect(proposal.groups[1].after.falsePositiveRate).toBeNull()
  })

  it('does not count findings that would come from scores nobody kept', () => {
    const lower = { ...request, currentThreshold: 95, options: { percent: 20 } }
    const own = proposeThreshold(lower) as ThresholdProposal
    // the new threshold, 20.8, lies under the floor of 40
    expect(own.findings).toEqual({ stay: 6, go: 0, come: null })
    expect(own.warnings.map(({ code }) => code)).toContain('findings-below-floor-unknown')
    const known = proposeThreshold({ ...lower, pastFindingsFloor: 0 }) as ThresholdProposal
    expect(known.findings).toEqual({ stay: 6, go: 0, come: 74 })
  })

  it('refuses shared patients, too few verdicts and an unknown method', () => {
    const mixed = { ...request, heldOut: [...request.heldOut, request.calibration[0]] }
    expect(proposeThreshold(mixed)).toMatchObject({ kind: 'refused', reason: 'patient-in-two-sets', have: 1 })
    expect(proposeThreshold({ ...request, trainingPatients: ['c1', 'h1', 'x'] })).toMatchObject({ have: 2 })
    const few = { ...request, calibration: request.calibration.slice(0, 49) }
    expect(proposeThreshold(few)).toMatchObject({ reason: 'too-few-verdicts', need: 50, have: 49 })
    const oneVerdict = request.calibration.map((own) => ({ ...own, verdict: 'study' }))
    expect(proposeThreshold({ ...request, calibration: oneVerdict })).toMatchObject({ need: 50, have: 1 })
  })
})

describe('methods', () => {
  it('are all listed, learn by their own name, and say why they refuse', () => {
    expect(thresholdMethods.map(({ name }) => name)).toEqual([...methodNames])
    for (const method of thresholdMethods) {
      expect(findMethod(method.name)).toBe(method)
      const normals = Array.from({ length: 200 }, (_, i) => ((i * 37) % 200) / 20)
      const anomalies = Array.from({ length: 50 }, (_, i) => 5 + i / 5)
      const result = method.learn(
        { level: 'slice', normals, anomalies, normalImages: 100, normalTimes: normals.map((_, i) => i) },
        { resamples: 200 }
      )
      expect(result).toMatchObject({ kind: 'threshold', method: method.name, level: 'slice' })
      const empty = method.learn({ level: 'slice', normals: [], normalTimes: [], normalImages: 5 })
      expect(empty).toMatchObject({ kind: 'refused', method: method.name, reason: 'no-normals' })
      const broken = method.learn({ level: 'slice', normals: [...normals, NaN], anomalies, normalImages: 9 })
      expect(broken.kind).toBe('refused')
    }
    expect(findMethod('magic')).toBeUndefined()
  })

  it('have words for every refusal and warning', () => {
    for (const reason of refusalReasons) {
      expect(describeRefusal({ kind: 'refused', method: 'x', reason }).length).toBeGreaterThan(10)
    }
    for (const code of thresholdWarningCodes) expect(describeWarning({ code }).length).toBeGreaterThan(20)
  })
})

describe('one case a patient', () => {
  it('takes the highest or the median score of each patient and label', () => {
    const own = [
      ...cases(3, 'normal', 'n', { patient: 'p' }),
      ...cases(2, 'anomalous', 'a', { patient: 'p' }),
      ...cases(1, null, 'u', { patient: 'q' })
    ]
    expect(onePerPatient(own, 'max').map(({ score }) => score)).toEqual([3, 2])
    expect(onePerPatient(own, 'median').map(({ score }) => score)).toEqual([2, 1.5])
  })
})
