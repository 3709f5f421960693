import type { Finding } from '../contract/analysis'
import { labelComponents } from '../preprocess/label-components'

export interface FindingLimits {
  /** between rows, between columns; null where unknown: then the minimum in pixels decides */
  spacingMm: [row: number, column: number] | null
  minAreaMm2: number
  minAreaPx: number
}

/**
 * The 8-connected regions of a map at or over a threshold, the highest peak first.
 * @param map [rows * columns], score units, source grid
 * @param threshold score units
 */
export function findFindings(
  map: Float32Array,
  rows: number,
  columns: number,
  threshold: number,
  limits: FindingLimits
): Finding[] {
  const over = new Uint8Array(map.length)
  let anyOver = false
  for (let pixel = 0; pixel < map.length; pixel++) {
    if (!(map[pixel] >= threshold)) continue
    over[pixel] = 1
    anyOver = true
  }
  if (!anyOver) return []
  const { labels, sizes } = labelComponents(over, rows, columns, 8)
  const regions = sizes.map(() => ({
    left: columns,
    right: -1,
    top: rows,
    bottom: -1,
    sum: 0,
    peak: -Infinity,
    peakAt: [0, 0] as [number, number]
  }))
  for (let y = 0; y < rows; y++) {
    for (let x = 0; x < columns; x++) {
      const label = labels[y * columns + x]
      if (label === 0) continue
      const region = regions[label]
      const score = map[y * columns + x]
      region.left = Math.min(region.left, x)
      region.right = Math.max(region.right, x)
      region.top = Math.min(region.top, y)
      region.bottom = Math.max(region.bottom, y)
      region.sum += score
      if (score > region.peak) {
        region.peak = score
        region.peakAt = [x, y]
      }
    }
  }
  const pixelAreaMm2 = limits.spacingMm ? limits.spacingMm[0] * limits.spacingMm[1] : null
  const findings: Finding[] = []
  for (let label = 1; label < sizes.length; label++) {
    const { left, right, top, bottom, sum, peak, peakAt } = regions[label]
    const areaPx = sizes[label]
    const areaMm2 = pixelAreaMm2 === null ? null : areaPx * pixelAreaMm2
    const tooSmall = areaMm2 === null ? areaPx < limits.minAreaPx : areaMm2 < limits.minAreaMm2
    if (tooSmall) continue
    findings.push({
      bbox: [left, top, right - left + 1, bottom - top + 1],
      areaPx,
      areaMm2,
      peak,
      mean: sum / areaPx,
      peakAt
    })
  }
  return findings.sort((a, b) => b.peak - a.peak)
}
