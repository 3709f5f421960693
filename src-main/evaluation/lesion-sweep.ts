import { labelComponents } from '../preprocess/label-components'
import type { EvaluationImage } from './evaluation-image'
import { orderDescending } from './order-descending'

/** What changes in an image's findings when the threshold falls to a score. */
export interface SweepEvent {
  score: number
  /** change of the number of false findings */
  falseFindings: number
  /** lesions found for the first time */
  lesionsFound: number
}

export interface ImageSweep {
  lesions: number
  /** in descending order of score */
  events: SweepEvent[]
}

/**
 * Lowers a threshold over one map and follows its findings, the 8-connected regions at or over it, by union-find:
 * every threshold at once, in about linear time. A lesion (8-connected region of the mask) is found once a finding
 * shares a pixel with it; a finding that shares none with any lesion is false.
 * @param minAreaPx smaller regions are no findings
 * @param stopAt false findings beyond which the rest does not matter
 */
export function sweepLesions(image: EvaluationImage, minAreaPx: number, stopAt: number): ImageSweep {
  const { rows, columns, scores, mask } = image
  const { labels, sizes } = labelComponents(mask, rows, columns, 8)
  const order = orderDescending(scores)
  const parents = new Int32Array(scores.length).fill(-1)
  const areas = new Int32Array(scores.length)
  // lesions that a region touches and that are not found yet, by the region's root; undefined where it touches none
  const touched = new Map<number, number[]>()
  const found = new Uint8Array(sizes.length)
  const events: SweepEvent[] = []
  let falseFindings = 0

  const rootOf = (pixel: number): number => {
    let root = pixel
    while (parents[root] !== root) root = parents[root]
    while (parents[pixel] !== root) {
      const next = parents[pixel]
      parents[pixel] = root
      pixel = next
    }
    return root
  }
  const isFalse = (root: number): number => (areas[root] >= minAreaPx && !touched.has(root) ? 1 : 0)
  const join = (a: number, b: number): number => {
    const [root, other] = areas[a] >= areas[b] ? [a, b] : [b, a]
    const before = isFalse(root) + isFalse(other)
    parents[other] = root
    areas[root] += areas[other]
    const lesions = touched.get(other)
    if (lesions) {
      const own = touched.get(root)
      if (own) own.push(...lesions)
      else touched.set(root, lesions)
      touched.delete(other)
    }
    falseFindings += isFalse(root) - before
    return root
  }

  let at = 0
  while (at < order.length && falseFindings <= stopAt) {
    const score = scores[order[at]]
    const before = falseFindings
    let lesionsFound = 0
    for (; at < order.length && scores[order[at]] === score; at++) {
      const pixel = order[at]
      const lesion = labels[pixel]
      parents[pixel] = pixel
      areas[pixel] = 1
      if (lesion !== 0) touched.set(pixel, found[lesion] ? [] : [lesion])
      falseFindings += isFalse(pixel)
      const row = Math.floor(pixel / columns)
      const column = pixel - row * columns
      let root = pixel
      for (let y = Math.max(0, row - 1); y <= Math.min(rows - 1, row + 1); y++) {
        for (let x = Math.max(0, column - 1); x <= Math.min(columns - 1, column + 1); x++) {
          const neighbour = y * columns + x
          if (parents[neighbour] < 0) continue
          const own = rootOf(neighbour)
          if (own !== root) root = join(root, own)
        }
      }
      const waiting = touched.get(root)
      if (!waiting || waiting.length === 0 || areas[root] < minAreaPx) continue
      for (const own of waiting) {
        if (found[own]) continue
        found[own] = 1
        lesionsFound++
      }
      touched.set(root, [])
    }
    if (falseFindings !== before || lesionsFound > 0) {
      events.push({ score, falseFindings: falseFindings - before, lesionsFound })
    }
  }
  return { lesions: sizes.length - 1, events }
}
