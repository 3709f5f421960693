import { NidusError } from '../contract/errors'
import { percentile } from '../preprocess/percentile'
import { binPixels } from './bin-pixels'
import { countPixels, diceOf, sumCounts } from './dice-at-threshold'
import type { PixelCounts } from './dice-at-threshold'
import type { EvaluationImage } from './evaluation-image'
import { freeResponse } from './free-response'
import type { FreeResponsePoint } from './free-response'
import { gatherPixels } from './gather-scores'
import { perRegionOverlap } from './per-region-overlap'
import type { PerRegionOverlap } from './per-region-overlap'
import { rankingMetrics } from './ranking-metrics'
import type { RankedScores } from './ranking-metrics'
import { percentileLimits, resampleRanking } from './resample-ranking'
import type { Limits, RankedEntry } from './resample-ranking'
import { randomIndex, seededRandom } from '../calibration/seeded-random'

export interface EvaluationOptions {
  /** score units; without it no fixed-threshold Dice */
  threshold?: number
  /** an image's score: `max` of its map, or a percentile of it (0 to 100) */
  sliceScore?: 'max' | number
  falsePositivesPerImage?: readonly number[]
  proLimit?: number
  /** smaller regions are no findings */
  minAreaPx?: number
  resamples?: number
  seed?: number
  confidence?: number
}

/** A figure with limits from resampling patients; null limits where there are too few. */
export interface Figure {
  value: number
  limits: Limits | null
}

/** Every figure is null where the images cannot tell it (a class is missing). */
export interface Evaluation {
  images: number
  anomalousImages: number
  patients: number
  pixels: { total: number; anomalous: number }
  pixel: {
    auroc: Figure
    averagePrecision: Figure
    /** over all pixels pooled */
    bestDice: Figure & { threshold: number }
  } | null
  fixedThreshold:
    | (PixelCounts & {
        threshold: number
        /** over all pixels pooled */
        dice: Figure | null
        /** mean over images with an anomaly */
        meanImageDice: number | null
      })
    | null
  slice: { auroc: Figure; averagePrecision: Figure } | null
  freeResponse: FreeResponsePoint[] | null
  perRegionOverlap: PerRegionOverlap | null
  confidence: number
}

/**
 * How well maps show the anomalies of their masks: pixel and slice AUROC and average precision, Dice, lesion-wise
 * sensitivity (FROC) and per-region overlap.
 * @throws NidusError `request-invalid` for scores that are not finite or sizes that do not fit
 */
export function evaluateMaps(
  images: readonly EvaluationImage[],
  options: EvaluationOptions = {}
): Evaluation {
  images.forEach(checkImage)
  const { threshold, sliceScore = 'max', seed = 1, resamples = 1000, confidence = 0.95 } = options
  const drawing = { seed, resamples, confidence }
  const keys = [...new Set(images.map(({ patient }) => patient))]
  const index = new Map(keys.map((key, i) => [key, i]))
  const patientOf = images.map(({ patient }) => index.get(patient) ?? 0)

  const ranked = gatherPixels(images)
  const pixel = rankingMetrics(ranked)
  const pixelLimits =
    pixel && keys.length > 1
      ? resampleRanking(binPixels(images, ranked, patientOf, keys.length), keys.length, drawing)
      : null
  const anomalousImages = images.filter(({ mask }) => mask.some((value) => value !== 0)).length
  return {
    images: images.length,
    anomalousImages,
    patients: keys.length,
    pixels: { total: ranked.normals.length + ranked.anomalies.length, anomalous: ranked.anomalies.length },
    pixel: pixel && {
      auroc: { value: pixel.auroc, limits: pixelLimits?.auroc ?? null },
      averagePrecision: { value: pixel.averagePrecision, limits: pixelLimits?.averagePrecision ?? null },
      bestDice: {
        value: pixel.bestDice.dice,
        limits: pixelLimits?.bestDice ?? null,
        threshold: pixel.bestDice.threshold
      }
    },
    fixedThreshold:
      threshold === undefined ? null : atThreshold(images, threshold, patientOf, keys.length, drawing),
    slice: sliceFigures(images, sliceScore, patientOf, keys.length, drawing),
    freeResponse: freeResponse(images, options.falsePositivesPerImage, options.minAreaPx),
    perRegionOverlap: perRegionOverlap(images, ranked.normals, options.proLimit),
    confidence
  }
}

function checkImage({ name, rows, columns, scores, mask }: EvaluationImage): void {
  if (scores.length !== rows * columns || mask.length !== rows * columns) {
    throw new NidusError('request-invalid', { name, reason: 'map and mask differ in size' })
  }
  for (let i = 0; i < scores.length; i++) {
    if (!Number.isFinite(scores[i])) {
      throw new NidusError('request-invalid', { name, reason: 'the map holds scores that are not finite' })
    }
  }
}

interface Drawing {
  seed: number
  resamples: number
  confidence: number
}

function atThreshold(
  images: readonly EvaluationImage[],
  threshold: number,
  patientOf: readonly number[],
  patients: number,
  { seed, resamples, confidence }: Drawing
): Evaluation['fixedThreshold'] {
  const counts = images.map((image) => countPixels(image, threshold))
  const pooled = sumCounts(counts)
  const dice = diceOf(pooled)
  const ofAnomalous = counts.filter((own) => own.truePositives + own.falseNegatives > 0)
  const perPatient = Array.from({ length: patients }, (_, patient) =>
    sumCounts(counts.filter((_own, image) => patientOf[image] === patient))
  )
  const random = seededRandom(seed)
  const drawn: number[] = []
  for (let round = 0; patients > 1 && round < resamples; round++) {
    const own = diceOf(sumCounts(perPatient.map(() => perPatient[randomIndex(random, patients)])))
    if (own !== null) drawn.push(own)
  }
  return {
    ...pooled,
    threshold,
    dice:
      dice === null
        ? null
        : { value: dice, limits: drawn.length > 0 ? percentileLimits(drawn, confidence) : null },
    meanImageDice:
      ofAnomalous.length === 0
        ? null
        : ofAnomalous.reduce((sum, own) => sum + (diceOf(own) ?? 0), 0) / ofAnomalous.length
  }
}

function sliceFigures(
  images: readonly EvaluationImage[],
  sliceScore: 'max' | number,
  patientOf: readonly number[],
  patients: number,
  drawing: Drawing
): Evaluation['slice'] {
  const slices = images.map(({ scores, mask }, image) => ({
    score: sliceScore === 'max' ? highest(scores) : percentile(scores, sliceScore),
    anomalous: mask.some((value) => value !== 0),
    patient: patientOf[image]
  }))
  const ofClass = (anomalous: boolean): Float64Array =>
    Float64Array.from(slices.filter((own) => own.anomalous === anomalous).map(({ score }) => score)).sort()
  const ranked: RankedScores = { normals: ofClass(false), anomalies: ofClass(true) }
  const metrics = rankingMetrics(ranked)
  if (!metrics) return null
  slices.sort((a, b) => b.score - a.score)
  let bin = 0
  const entries: RankedEntry[] = slices.map(({ score, anomalous, patient }, i) => {
    if (i > 0 && score !== slices[i - 1].score) bin++
    return { bin, patient, normals: anomalous ? 0 : 1, anomalies: anomalous ? 1 : 0 }
  })
  const limits = resampleRanking(entries, patients, drawing)
  return {
    auroc: { value: metrics.auroc, limits: limits?.auroc ?? null },
    averagePrecision: { value: metrics.averagePrecision, limits: limits?.averagePrecision ?? null }
  }
}

function highest(scores: ArrayLike<number>): number {
  let top = -Infinity
  for (let i = 0; i < scores.length; i++) if (scores[i] > top) top = scores[i]
  return top
}
