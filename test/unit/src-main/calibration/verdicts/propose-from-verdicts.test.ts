import { describe, expect, it } from 'vitest'
import { proposeFromVerdicts } from '../../../../../src-main/calibration/verdicts/propose-from-verdicts'
import type { ThresholdProposal } from '../../../../../src-main/calibration/propose-threshold'
import {
  coversImage,
  profileLabel,
  profilesOf
} from '../../../../../src-main/calibration/verdicts/scan-profile'
import { judged, sliceOf } from './judged'

/** `count` studies of as many patients: a normal slice with a rejected finding each, every fifth a confirmed one too. */
const site = (count: number, complete = true) =>
  Array.from({ length: count }, (_, i) => {
    const about = { study: `1.${i}`, complete, scanner: i % 2 ? 'Field 3' : 'Field 1' }
    const peak = 4 + (i % 50) / 10
    return [
      judged({ kind: 'reject', ...about, slice: 0, peak }),
      judged({ kind: 'slice-normal', ...about, slice: 1, peak: 3 + (i % 50) / 10 }),
      ...(i % 5 === 0 ? [judged({ kind: 'confirm', ...about, slice: 2, peak: 8 + (i % 7) })] : [])
    ]
  }).flat()

const ask = { level: 'finding', method: 'percentile', options: { percent: 90 }, currentThreshold: 4 } as const

describe('a proposal from verdicts', () => {
  it('counts what is missing where there are too few verdicts', () => {
    const { outcome, verdicts } = proposeFromVerdicts({ ...ask, verdicts: site(20) })
    expect(outcome).toMatchObject({ kind: 'refused', reason: 'too-few-verdicts', need: 50 })
    expect(verdicts.needed).toBe(50)
    // each study gives a rejected finding, every fifth a confirmed one: 20 + 4 labelled findings
    expect(verdicts.calibration + verdicts.heldOut).toBe(24)
    expect((outcome as { have: number }).have).toBe(verdicts.calibration)
    expect(proposeFromVerdicts({ ...ask, verdicts: [] })).toMatchObject({ histogram: null, until: null })
  })

  it('learns from some patients and shows figures of the others alone', () => {
    const verdicts = site(300)
    const proposal = proposeFromVerdicts({ ...ask, verdicts })
    const { before, after, learnt, findings } = proposal.outcome as ThresholdProposal
    expect(learnt.sampleCounts.normals + before.counts.normals).toBe(300)
    expect(before.counts.normals).toBeGreaterThan(60)
    expect(learnt.sampleCounts.patients + before.counts.patients).toBe(300)
    // rejected peaks are 4.0, 4.1, … 8.9, each as often as the other
    expect(learnt.threshold).toBeGreaterThan(8)
    expect(learnt.threshold).toBeLessThan(8.9)
    expect(before.falsePositivesPerStudy!.estimate).toBe(1)
    expect(after.falsePositivesPerStudy!.estimate).toBeLessThan(0.25)
    expect(before.sensitivity!.estimate).toBe(1)
    expect(findings.come).toBe(0)
    // all 300 rejected and 60 confirmed findings were shown at 4
    expect(findings.stay + findings.go).toBe(360)
  })

  it('gives figures for each scanner, and none where the held-out verdicts are too few', () => {
    const { groups } = proposeFromVerdicts({ ...ask, verdicts: site(300) }).outcome as ThresholdProposal
    expect(groups.map(({ group }) => group).sort()).toEqual(['MR · ACME Field 1', 'MR · ACME Field 3'])
    expect(groups.every(({ before }) => before.falsePositivesPerStudy !== null)).toBe(true)
  })

  it('takes sensitivity from studies read completely, and says what it cannot know', () => {
    const { outcome, blindSpots } = proposeFromVerdicts({ ...ask, verdicts: site(300, false) })
    const { before, warnings } = outcome as ThresholdProposal
    expect(before.sensitivity).toBeNull()
    expect(before.falsePositivesPerStudy).toBeNull()
    expect(warnings.map(({ code }) => code)).toContain('sensitivity-unknown')
    expect(blindSpots).toEqual([
      { code: 'misses', complete: 0, studies: 300 },
      { code: 'below-floor', floor: 4 },
      { code: 'reader-error', disputed: 0 },
      { code: 'training-patients' }
    ])
  })

  it('does not count false alarms below the threshold that verdicts were given at', () => {
    const raised = site(300).map((own) => ({
      ...own,
      analysis: { ...own.analysis!, threshold: { ...own.analysis!.threshold, value: 8.5 } }
    }))
    const at = (verdicts: ReturnType<typeof site>) =>
      proposeFromVerdicts({ ...ask, options: { percent: 50 }, currentThreshold: 8.5, verdicts })
        .outcome as ThresholdProposal
    const { after, findings, warnings } = at(raised)
    expect(after.falsePositivesPerStudy).toBeNull()
    expect(findings.come).toBeNull()
    // one study read at a high threshold leaves the figures of the others
    expect(at([...site(300), ...raised.slice(0, 2)]).after.falsePositivesPerStudy).not.toBeNull()
    expect(warnings.filter(({ code }) => code === 'findings-below-floor-unknown')).toHaveLength(1)
  })

  it('never lets patients that trained the model teach or judge', () => {
    const verdicts = site(300)
    const trainingPatients = verdicts.filter((_, i) => i < 200).map(({ image }) => image.patientKey)
    const { cases, outcome, blindSpots } = proposeFromVerdicts({ ...ask, verdicts, trainingPatients })
    const { learnt, before } = outcome as ThresholdProposal
    const left = 300 - new Set(trainingPatients).size
    expect(learnt.sampleCounts.normals + before.counts.normals).toBe(left)
    expect(cases.patients).toBe(300)
    expect(blindSpots.map(({ code }) => code)).not.toContain('training-patients')
  })

  it('counts false alarms in findings while it learns from slices or pixels', () => {
    const normalStudies = Array.from({ length: 120 }, (_, i) =>
      judged({
        kind: 'study-normal',
        study: `2.${i}`,
        slices: [sliceOf(0, 3 + (i % 40) / 10), sliceOf(1, 6, [6, 5])]
      })
    )
    const at = (level: 'slice' | 'pixel') =>
      proposeFromVerdicts({ ...ask, level, verdicts: normalStudies }).outcome as ThresholdProposal
    for (const level of ['slice', 'pixel'] as const) {
      const own = at(level)
      expect(own.learnt.level).toBe(level)
      // two findings a study, at 6 and 5, all at or over 4
      expect(own.before.falsePositivesPerStudy!.estimate).toBe(2)
    }
    expect(at('slice').learnt.sampleCounts.normals).toBeLessThan(240)
    const deep = proposeFromVerdicts({
      ...ask,
      level: 'pixel',
      options: { percent: 99.9 },
      verdicts: normalStudies
    })
    expect(deep.outcome).toMatchObject({ kind: 'refused', reason: 'option-out-of-range', option: 'percent' })
  })
})

describe('profiles', () => {
  it('name the images that a threshold is for, the widest first', () => {
    const image = judged({ kind: 'confirm' }).image
    const other = judged({ kind: 'confirm', scanner: 'Field 1' }).image
    const profiles = profilesOf([image, image, other])
    expect(profiles.map(({ profile, count }) => [profileLabel(profile), count])).toEqual([
      ['all images', 3],
      ['MR', 3],
      ['MR · ACME Field 3', 2],
      ['MR · ACME Field 1', 1],
      ['MR · ACME Field 3 · FLAIR ax', 2],
      ['MR · ACME Field 1 · FLAIR ax', 1]
    ])
    expect(profiles.map(({ profile }) => coversImage(profile, other))).toEqual([
      true,
      true,
      false,
      true,
      false,
      true
    ])
  })
})
