import { describe, expect, it } from 'vitest'
import { randomNormal, seededRandom } from '../../../../src-main/calibration/seeded-random'
import { evaluateMaps } from '../../../../src-main/evaluation/evaluate-maps'
import type { EvaluationImage } from '../../../../src-main/evaluation/evaluation-image'
import { freeResponse } from '../../../../src-main/evaluation/free-response'
import { gatherPixels } from '../../../../src-main/evaluation/gather-scores'
import { orderDescending } from '../../../../src-main/evaluation/order-descending'
import { perRegionOverlap } from '../../../../src-main/evaluation/per-region-overlap'
import { rankingMetrics } from '../../../../src-main/evaluation/ranking-metrics'
import { precisionRecallCurve, rocCurve, thinCurve } from '../../../../src-main/evaluation/score-curves'
// scikit-learn, and brute force with scipy.ndimage.label: models/training/fixtures/make_reference_values.py
import labelled from '../../../fixtures/statistics/labelled.json'
import reference from '../../../fixtures/statistics/maps.json'

const { rows, columns } = reference
const images: EvaluationImage[] = reference.images.map((scores, i) => ({
  name: `i${i}`,
  patient: `p${i}`,
  rows,
  columns,
  scores: Float32Array.from(scores),
  mask: Uint8Array.from(reference.masks[i])
}))
const sorted = (values: readonly number[]): Float64Array => Float64Array.from(values).sort()

describe('ranking figures', () => {
  const ranked = { normals: sorted(labelled.normals), anomalies: sorted(labelled.anomalies) }

  it('equal metrics.roc_auc_score and metrics.average_precision_score to 1e-9, with ties', () => {
    const own = rankingMetrics(ranked)!
    expect(Math.abs(own.auroc - labelled.auroc)).toBeLessThan(1e-12)
    expect(Math.abs(own.averagePrecision - labelled.averagePrecision)).toBeLessThan(1e-12)
    // the largest Dice is the largest F1: metrics.fbeta_score(truth, scores >= cut, beta=1)
    expect(own.bestDice.dice).toBeCloseTo(labelled.f1[1], 12)
    expect(own.bestDice.threshold).toBe(labelled.f1[0])
  })

  it('follow metrics.roc_curve(drop_intermediate=False) and metrics.precision_recall_curve', () => {
    const roc = rocCurve(ranked)
    expect(roc.map(({ threshold }) => threshold).slice(1)).toEqual(labelled.roc.thresholds.slice(1))
    roc.forEach((point, i) => {
      expect(point.falsePositiveRate).toBeCloseTo(labelled.roc.fpr[i], 12)
      expect(point.truePositiveRate).toBeCloseTo(labelled.roc.tpr[i], 12)
    })
    const curve = precisionRecallCurve(ranked).reverse()
    expect(curve.map(({ threshold }) => threshold)).toEqual(labelled.pr.thresholds)
    curve.forEach((point, i) => {
      expect(point.precision).toBeCloseTo(labelled.pr.precision[i], 12)
      expect(point.recall).toBeCloseTo(labelled.pr.recall[i], 12)
    })
    expect(thinCurve([0, 1, 2, 3, 4, 5, 6], 3)).toEqual([0, 3, 6])
  })

  it('are 1, 0 and one half where they must be, and null without a class', () => {
    const one = rankingMetrics({ normals: sorted([1, 2]), anomalies: sorted([3]) })!
    expect([one.auroc, one.averagePrecision, one.bestDice.dice]).toEqual([1, 1, 1])
    expect(rankingMetrics({ normals: sorted([3, 4]), anomalies: sorted([1]) })!.auroc).toBe(0)
    const tied = rankingMetrics({ normals: sorted([1, 1, 1]), anomalies: sorted([1]) })!
    expect([tied.auroc, tied.averagePrecision]).toEqual([0.5, 0.25])
    expect(rankingMetrics({ normals: sorted([]), anomalies: sorted([1]) })).toBeNull()
    // -0 and 0 are one score
    expect(rankingMetrics({ normals: sorted([-0]), anomalies: sorted([0]) })!.auroc).toBe(0.5)
  })
})

describe('maps against masks', () => {
  const own = evaluateMaps(images, { threshold: reference.fixed.threshold, resamples: 200 })

  it('have the pixel and slice figures of scikit-learn', () => {
    expect(Math.abs(own.pixel!.auroc.value - reference.pixel.auroc)).toBeLessThan(1e-12)
    expect(Math.abs(own.pixel!.averagePrecision.value - reference.pixel.averagePrecision)).toBeLessThan(1e-12)
    expect(own.pixel!.bestDice.value).toBeCloseTo(reference.pixel.bestDice, 12)
    expect(own.pixel!.bestDice.threshold).toBe(reference.pixel.bestDiceThreshold)
    expect(own.slice!.auroc.value).toBeCloseTo(reference.slice.auroc, 12)
    expect(own.slice!.averagePrecision.value).toBeCloseTo(reference.slice.averagePrecision, 12)
    // metrics.roc_auc_score(sick, [np.percentile(own, 95) for own in images])
    const percentile = evaluateMaps(images, { sliceScore: 95, resamples: 0 })
    expect(percentile.slice!.auroc.value).toBeCloseTo(reference.slice.p95Auroc, 12)
  })

  it('have Dice at a threshold as metrics.f1_score(truth, scores >= threshold)', () => {
    expect(own.fixedThreshold!.dice!.value).toBeCloseTo(reference.fixed.dice, 12)
    const mean = reference.fixed.imageDices.reduce((sum, dice) => sum + dice, 0) / 3
    expect(own.fixedThreshold!.meanImageDice).toBeCloseTo(mean, 12)
  })

  it('have the lesion sensitivity of a brute-force sweep over every threshold', () => {
    for (const { limit, minAreaPx, found, sensitivity, threshold } of reference.freeResponse) {
      const [point] = freeResponse(images, [limit], minAreaPx)!
      expect({ ...point, threshold: undefined }).toEqual({
        falsePositivesPerImage: limit,
        found,
        sensitivity,
        threshold: undefined,
        lesions: reference.lesions
      })
      // the brute force steps down to the last cut within the limit; ours to the last cut where something changed
      expect(point.threshold).toBeGreaterThanOrEqual(threshold)
    }
    expect(own.freeResponse!.map((point) => point.falsePositivesPerImage)).toEqual([1, 2, 4])
  })

  it('have the per-region overlap of a brute-force sweep', () => {
    const { normals } = gatherPixels(images)
    for (const [limit, value] of Object.entries(reference.pro)) {
      expect(perRegionOverlap(images, normals, Number(limit))!.value).toBeCloseTo(value, 10)
    }
    expect(own.perRegionOverlap).toMatchObject({ limit: 0.3, regions: reference.lesions })
  })

  it('give the same figures for float64 maps', () => {
    const wide = images.map((image) => ({ ...image, scores: Float64Array.from(image.scores) }))
    const again = evaluateMaps(wide, { threshold: reference.fixed.threshold, resamples: 200 })
    expect(again).toEqual(own)
  })

  it('have null for what one class cannot tell', () => {
    const normal = evaluateMaps([images[3]], { threshold: 1 })
    expect(normal).toMatchObject({ pixel: null, slice: null, freeResponse: null, perRegionOverlap: null })
    expect(normal.fixedThreshold!.meanImageDice).toBeNull()
    const sick = evaluateMaps([images[1]])
    expect(sick.slice).toBeNull()
    expect(sick.pixel!.auroc.limits).toBeNull()
  })

  it('refuse NaN and sizes that do not fit', () => {
    const broken = { ...images[0], scores: images[0].scores.slice() }
    broken.scores[5] = NaN
    expect(() => evaluateMaps([broken])).toThrow('not finite')
    expect(() => evaluateMaps([{ ...images[0], mask: new Uint8Array(3) }])).toThrow('size')
  })
})

describe('lesion sensitivity', () => {
  const image = (scores: number[], mask: number[]): EvaluationImage => ({
    name: 'line',
    patient: 'p',
    rows: 1,
    columns: scores.length,
    scores: Float32Array.from(scores),
    mask: Uint8Array.from(mask)
  })

  it('takes no credit for regions that merge after the limit was passed', () => {
    // false peaks at 9, 8 and 7 come before the lesion at 3; at 1 everything is one region that touches it
    const own = freeResponse([image([9, 1, 8, 1, 7, 1, 3], [0, 0, 0, 0, 0, 0, 1])], [1, 2, 3])!
    expect(own.map(({ sensitivity, threshold }) => [sensitivity, threshold])).toEqual([
      [0, 9],
      [0, 8],
      [1, 1]
    ])
  })

  it('has no threshold where equal scores pass the limit at once', () => {
    const own = freeResponse([image([5, 0, 5, 0, 5], [0, 0, 0, 0, 1])], [1])!
    expect(own[0]).toMatchObject({ sensitivity: 0, threshold: null })
  })

  it('is that of plain relabelling at every threshold, for random maps with ties', () => {
    const random = seededRandom(21)
    for (let round = 0; round < 20; round++) {
      const size = 9
      const scores = Array.from({ length: size * size }, () => Math.floor(4 * randomNormal(random)))
      const mask = scores.map(() => (random() < 0.06 ? 1 : 0))
      mask[40] = 1
      const own: EvaluationImage = { ...image(scores, mask), rows: size, columns: size }
      for (const limit of [1, 2, 4]) {
        expect(freeResponse([own], [limit])![0].found).toBe(foundByRelabelling(own, limit))
      }
    }
  })
})

/** Lowers the threshold step by step and floods regions anew each time. */
function foundByRelabelling({ scores, mask, rows, columns }: EvaluationImage, limit: number): number {
  const regionsOf = (inside: (i: number) => boolean): number[][] => {
    const seen = new Set<number>()
    const regions: number[][] = []
    for (let start = 0; start < rows * columns; start++) {
      if (seen.has(start) || !inside(start)) continue
      const region = [start]
      seen.add(start)
      for (let at = 0; at < region.length; at++) {
        for (let other = 0; other < rows * columns; other++) {
          const dy = Math.abs(Math.floor(other / columns) - Math.floor(region[at] / columns))
          const dx = Math.abs((other % columns) - (region[at] % columns))
          if (dy > 1 || dx > 1 || seen.has(other) || !inside(other)) continue
          seen.add(other)
          region.push(other)
        }
      }
      regions.push(region)
    }
    return regions
  }
  const lesions = regionsOf((i) => mask[i] !== 0)
  let best = 0
  for (const cut of [...new Set(scores)].sort((a, b) => b - a)) {
    const findings = regionsOf((i) => scores[i] >= cut)
    const wrong = findings.filter((region) => region.every((i) => mask[i] === 0)).length
    if (wrong > limit) break
    best = lesions.filter((lesion) => lesion.some((i) => scores[i] >= cut)).length
  }
  return best
}

describe('orderDescending', () => {
  it('sorts any finite numbers, equal ones by index', () => {
    const random = seededRandom(3)
    const values = Array.from({ length: 5000 }, () => Math.round(20 * randomNormal(random)) / 4)
    values.push(-0, 0, 1e-45, -1e-45, 3.4e38, -3.4e38, 1e-310, -1e-310)
    for (const scores of [Float32Array.from(values), Float64Array.from(values)]) {
      const expected = Array.from(scores.keys()).sort((a, b) => scores[b] - scores[a] || a - b)
      expect(Array.from(orderDescending(scores))).toEqual(expected)
    }
  })
})

describe('limits from resampling patients', () => {
  it('are the same for the same seed, hold the estimate, and narrow with more patients', () => {
    const random = seededRandom(8)
    const make = (patients: number): EvaluationImage[] =>
      Array.from({ length: patients }, (_, i) => {
        const mask = Uint8Array.from({ length: 100 }, (_own, pixel) => (pixel < 10 && i % 2 === 0 ? 1 : 0))
        const scores = Float32Array.from(mask, (own) => randomNormal(random) + 1.2 * own)
        return { name: `${i}`, patient: `${i}`, rows: 10, columns: 10, scores, mask }
      })
    const many = make(80)
    const few = make(10)
    const width = (own: ReturnType<typeof evaluateMaps>): number =>
      own.pixel!.auroc.limits![1] - own.pixel!.auroc.limits![0]
    const first = evaluateMaps(many, { threshold: 1 })
    expect(evaluateMaps(many, { threshold: 1 })).toEqual(first)
    for (const { value, limits } of [
      first.pixel!.auroc,
      first.pixel!.averagePrecision,
      first.slice!.auroc,
      first.fixedThreshold!.dice!
    ]) {
      expect(limits![0]).toBeLessThan(value)
      expect(limits![1]).toBeGreaterThan(value)
    }
    expect(width(evaluateMaps(few))).toBeGreaterThan(1.5 * width(first))
  })
})
