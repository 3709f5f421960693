import type { EvaluationImage } from './evaluation-image'
import { sweepLesions } from './lesion-sweep'
import type { SweepEvent } from './lesion-sweep'

export interface FreeResponsePoint {
  /** allowed false findings per image, over all images */
  falsePositivesPerImage: number
  /** share of lesions found */
  sensitivity: number
  /** the lowest score down to which the limit was never passed; null where even the highest score passes it */
  threshold: number | null
  found: number
  lesions: number
}

/**
 * Lesion-wise sensitivity at given numbers of false positives per image (FROC; Bunch et al. 1977, Proc SPIE 127:124).
 * Findings are 8-connected regions of the map at or over a threshold; a lesion, an 8-connected region of the mask, is
 * found when a finding shares a pixel with it; a finding that touches no lesion is a false positive. The threshold
 * falls until the mean number of false positives first passes the limit: below, regions merge and their number falls
 * again, which is no merit.
 * @param limits false positives per image
 * @returns a point for each limit; null where no image has a lesion
 */
export function freeResponse(
  images: readonly EvaluationImage[],
  limits: readonly number[] = [1, 2, 4],
  minAreaPx = 1
): FreeResponsePoint[] | null {
  const largest = Math.max(...limits) * images.length
  const sweeps = images.map((image) => sweepLesions(image, minAreaPx, largest))
  const lesions = sweeps.reduce((sum, sweep) => sum + sweep.lesions, 0)
  if (lesions === 0) return null
  const events: SweepEvent[] = []
  for (const sweep of sweeps) for (const event of sweep.events) events.push(event)
  events.sort((a, b) => b.score - a.score)
  const points = limits.map((falsePositivesPerImage) => ({
    falsePositivesPerImage,
    found: 0,
    threshold: null as number | null
  }))
  const open = points.map(() => true)
  let falseFindings = 0
  let found = 0
  for (let at = 0; at < events.length && open.includes(true);) {
    const { score } = events[at]
    for (; at < events.length && events[at].score === score; at++) {
      falseFindings += events[at].falseFindings
      found += events[at].lesionsFound
    }
    points.forEach((point, i) => {
      if (falseFindings > point.falsePositivesPerImage * images.length) open[i] = false
      if (!open[i]) return
      point.found = found
      point.threshold = score
    })
  }
  return points.map((point) => ({ ...point, sensitivity: point.found / lesions, lesions }))
}
