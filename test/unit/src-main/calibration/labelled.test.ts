import { describe, expect, it } from 'vitest'
import { costRatioThreshold } from '../../../../src-main/calibration/cost-ratio-threshold'
import { fBetaThreshold } from '../../../../src-main/calibration/f-beta-threshold'
import { falsePositivesPerImageThreshold } from '../../../../src-main/calibration/false-positives-per-image-threshold'
import { fixedSensitivityThreshold } from '../../../../src-main/calibration/fixed-sensitivity-threshold'
import { operatingPoints } from '../../../../src-main/calibration/operating-points'
import { precisionThreshold } from '../../../../src-main/calibration/precision-threshold'
import { nextAbove } from '../../../../src-main/calibration/sample-statistics'
import { youdenThreshold } from '../../../../src-main/calibration/youden-threshold'
import type { ThresholdFound, ThresholdResult } from '../../../../src-main/calibration/threshold-result'
// scikit-learn's values, with many ties: models/training/fixtures/make_reference_values.py, labelled()
import reference from '../../../fixtures/statistics/labelled.json'

const { normals, anomalies } = reference
const samples = { level: 'slice' as const, normals, anomalies }
const quick = { resamples: 200 }

function found(result: ThresholdResult): ThresholdFound {
  if (result.kind !== 'threshold') throw new Error(`refused: ${result.reason}`)
  return result
}

describe('thresholds from labels', () => {
  it('walks the points of metrics.roc_curve(truth, scores, drop_intermediate=False)', () => {
    const points = operatingPoints(Float64Array.from(normals).sort(), Float64Array.from(anomalies).sort())
    // scikit-learn leads with (0, 0) at an infinite threshold
    expect(Array.from(points.thresholds)).toEqual(reference.roc.thresholds.slice(1))
    points.falsePositives.forEach((count, i) =>
      expect(count / normals.length).toBeCloseTo(reference.roc.fpr[i + 1], 12)
    )
    points.truePositives.forEach((count, i) =>
      expect(count / anomalies.length).toBeCloseTo(reference.roc.tpr[i + 1], 12)
    )
  })

  it('Youden: thresholds[np.argmax(tpr - fpr)]', () => {
    const result = found(youdenThreshold(samples, quick))
    expect(result.threshold).toBe(reference.youden)
    expect(result.interval!.low).toBeLessThanOrEqual(result.threshold)
    expect(result.interval!.high).toBeGreaterThanOrEqual(result.threshold)
  })

  it('F-beta: the cut with the largest metrics.fbeta_score', () => {
    expect(found(fBetaThreshold(samples, quick)).threshold).toBe(reference.f1[0])
    expect(found(fBetaThreshold(samples, { ...quick, beta: 2 })).threshold).toBe(reference.f2[0])
  })

  it('cost ratio: the largest share * ratio * tpr - (1 - share) * fpr', () => {
    const given = found(costRatioThreshold(samples, { ...quick, costRatio: 5, prevalence: 0.1 }))
    expect(given.threshold).toBe(reference.cost5At10Percent)
    expect(found(costRatioThreshold(samples, quick)).threshold).toBe(reference.cost10AtSample)
  })

  it('fixed sensitivity: thresholds[np.argmax(tpr >= 0.9)]', () => {
    expect(found(fixedSensitivityThreshold(samples, quick)).threshold).toBe(reference.sensitivity90)
  })

  it('precision: the most sensitive point of metrics.precision_recall_curve with precision >= 0.75', () => {
    expect(found(precisionThreshold(samples, { ...quick, precision: 0.75 })).threshold).toBe(
      reference.precision75
    )
    // at a lower prevalence the same precision needs a stricter threshold
    const rare = found(precisionThreshold(samples, { ...quick, precision: 0.75, prevalence: 0.02 }))
    expect(rare.threshold).toBeGreaterThan(reference.precision75)
  })

  it('false positives per image: min(cut for cut in np.unique(scores) if (normals >= cut).sum() <= 20)', () => {
    const finding = { level: 'finding' as const, normals, normalImages: 200 }
    const result = found(falsePositivesPerImageThreshold(finding, { ...quick, perImage: 0.1 }))
    const over = normals.filter((score) => score >= result.threshold).length
    expect(over).toBe(normals.filter((score) => score >= reference.fpTwentieth).length)
    expect(result.falsePositiveRate!.estimate).toBe(over / 200)
  })
})

describe('labels that teach nothing', () => {
  const spread = (count: number, from: number): number[] =>
    Array.from({ length: count }, (_, i) => from + i / count)
  const all = [
    youdenThreshold,
    fBetaThreshold,
    costRatioThreshold,
    fixedSensitivityThreshold,
    precisionThreshold
  ]

  it.each(all)('refuses no anomalies, no normals, five labels, ties and NaN (%o)', (learn) => {
    const level = 'slice' as const
    const some = spread(50, 0)
    expect(learn({ level, normals: some })).toMatchObject({ kind: 'refused', reason: 'no-anomalies' })
    expect(learn({ level, normals: [], anomalies: some })).toMatchObject({ reason: 'no-normals' })
    expect(learn({ level, normals: some.slice(0, 4), anomalies: [2] })).toMatchObject({
      reason: 'too-few-normals'
    })
    expect(learn({ level, normals: some, anomalies: [2, 3, 4, 5, 6] })).toMatchObject({
      reason: 'too-few-anomalies',
      need: 10,
      have: 5
    })
    expect(learn({ level, normals: Array(50).fill(1), anomalies: Array(20).fill(1) })).toMatchObject({
      reason: 'scores-all-equal'
    })
    expect(learn({ level, normals: [...some, NaN], anomalies: some })).toMatchObject({
      reason: 'scores-not-finite'
    })
  })

  it.each(all)('never calls everything anomalous, even with anomalies below all normals (%o)', (learn) => {
    const result = learn(
      { level: 'slice', normals: spread(50, 10), anomalies: spread(50, 0) },
      { resamples: 0 }
    )
    expect(result.kind).toBe('refused')
  })

  it('refuses an impossible precision and options out of range', () => {
    const mixed = { level: 'slice' as const, normals: [...spread(49, 0), 9], anomalies: spread(20, 0) }
    expect(precisionThreshold(mixed, { precision: 0.99 })).toMatchObject({ reason: 'precision-not-reached' })
    expect(precisionThreshold(mixed, { precision: 2 })).toMatchObject({ option: 'precision' })
    expect(fBetaThreshold(mixed, { beta: 0 })).toMatchObject({ option: 'beta' })
    expect(costRatioThreshold(mixed, { prevalence: 1 })).toMatchObject({ option: 'prevalence' })
    expect(fixedSensitivityThreshold(mixed, { sensitivity: 0 })).toMatchObject({ option: 'sensitivity' })
  })

  it('asks for the number of images, and refuses where all findings would be allowed', () => {
    const finding = { level: 'finding' as const, normals: spread(50, 0) }
    expect(falsePositivesPerImageThreshold(finding)).toMatchObject({ reason: 'image-count-missing' })
    expect(falsePositivesPerImageThreshold({ ...finding, normalImages: 50 })).toMatchObject({
      reason: 'only-everything-anomalous'
    })
    // two equal scores on top, one allowed: no observed score does, and none is made up
    const tied = { level: 'finding' as const, normals: [...spread(30, 0), 5, 5], normalImages: 10 }
    expect(falsePositivesPerImageThreshold(tied, { perImage: 0.1 })).toMatchObject({
      reason: 'only-nothing-anomalous'
    })
    expect(nextAbove(5)).toBeGreaterThan(5)
  })
})
