import type { Finding } from '../contract/analysis'
import { findRegions } from './find-regions'

export interface FindingLimits {
  /** between rows, between columns; null where unknown: then the minimum in pixels decides */
  spacingMm: readonly [row: number, column: number] | null
  minAreaMm2: number
  minAreaPx: number
}

/**
 * The 8-connected regions of a map at or over a threshold that are large enough, the highest peak first.
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
  return findRegions(map, rows, columns, threshold, limits.spacingMm)
    .regions.filter((region) => isLargeEnough(region, limits))
    .sort((a, b) => b.peak - a.peak)
}

/** Whether an area counts: by mm2 where the pixel spacing is known, else by pixels. */
export function isLargeEnough(
  { areaMm2, areaPx }: Pick<Finding, 'areaMm2' | 'areaPx'>,
  { minAreaMm2, minAreaPx }: Pick<FindingLimits, 'minAreaMm2' | 'minAreaPx'>
): boolean {
  return areaMm2 === null ? areaPx >= minAreaPx : areaMm2 >= minAreaMm2
}
