import { labelComponents } from '../preprocess/label-components'
import type { EvaluationImage } from './evaluation-image'
import { orderDescending } from './order-descending'

export interface PerRegionOverlap {
  /** area under the curve up to the limit, divided by the limit: 0 to 1 */
  value: number
  /** false positive rate that the curve is integrated to */
  limit: number
  regions: number
}

/**
 * Per-region overlap (Bergmann et al. 2021, IJCV 129:1038, MVTec AD): at each threshold the share of each 8-connected
 * region of the masks that is at or over it, averaged over regions, against the false positive rate of all pixels
 * outside masks; integrated by trapezoids to `limit` (linear between points) and divided by it.
 * @param normals ascending scores of all pixels outside masks
 * @returns null without a region or without a pixel outside
 */
export function perRegionOverlap(
  images: readonly EvaluationImage[],
  normals: Float32Array | Float64Array,
  limit = 0.3
): PerRegionOverlap | null {
  const { scores, weights, regions } = regionPixels(images)
  if (regions === 0 || normals.length === 0) return null
  const order = orderDescending(scores)
  let area = 0
  let rate = 0
  let overlap = 0
  let a = 0
  let n = normals.length
  while (rate < limit && (a < order.length || n > 0)) {
    const anomaly = a < order.length ? scores[order[a]] : -Infinity
    const normal = n > 0 ? normals[n - 1] : -Infinity
    const score = anomaly > normal ? anomaly : normal
    let added = 0
    while (a < order.length && scores[order[a]] === score) added += weights[order[a++]]
    while (n > 0 && normals[n - 1] === score) n--
    const nextRate = (normals.length - n) / normals.length
    const nextOverlap = overlap + added / regions
    if (nextRate > limit) {
      const atLimit = overlap + ((nextOverlap - overlap) * (limit - rate)) / (nextRate - rate)
      area += ((limit - rate) * (overlap + atLimit)) / 2
    } else area += ((nextRate - rate) * (overlap + nextOverlap)) / 2
    rate = nextRate
    overlap = nextOverlap
  }
  return { value: area / limit, limit, regions }
}

function regionPixels(images: readonly EvaluationImage[]): {
  scores: Float32Array | Float64Array
  /** 1 / area of the pixel's region */
  weights: Float64Array
  regions: number
} {
  const labelled = images
    .filter(({ mask }) => mask.some((value) => value !== 0))
    .map((image) => ({ image, ...labelComponents(image.mask, image.rows, image.columns, 8) }))
  const count = labelled.reduce((sum, { sizes }) => sum + sizes.reduce((all, own) => all + own, 0), 0)
  const narrow = images.every(({ scores }) => scores instanceof Float32Array)
  const scores = narrow ? new Float32Array(count) : new Float64Array(count)
  const weights = new Float64Array(count)
  let at = 0
  for (const { image, labels, sizes } of labelled) {
    for (let i = 0; i < labels.length; i++) {
      if (labels[i] === 0) continue
      scores[at] = image.scores[i]
      weights[at++] = 1 / sizes[labels[i]]
    }
  }
  return { scores, weights, regions: labelled.reduce((sum, { sizes }) => sum + sizes.length - 1, 0) }
}
