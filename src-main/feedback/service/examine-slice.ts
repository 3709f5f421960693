import { NidusError } from '../../contract/errors'
import type { Drawing, Region, SliceMask, SliceStatistics } from '../../contract/feedback'
import { isLargeEnough, type FindingLimits } from '../../maps/find-findings'
import { findRegions } from '../../maps/find-regions'
import { regionAt } from '../../maps/region-at'
import { rasteriseDrawing } from '../masks/rasterise-drawing'
import { measureMask, packMask } from '../masks/slice-mask'
import { summariseSlice } from '../verdicts/summarise-slice'

/** A slice as a verdict is given on it. */
export interface ExaminedSlice {
  sliceIndex: number
  sopInstanceUid: string | null
  rows: number
  columns: number
  spacingMm: [row: number, column: number] | null
  /** null where no map was looked at */
  map: {
    /** score units, [rows * columns] */
    values: Float32Array
    /** 0 or not, [rows * columns] */
    foreground: Uint8Array
    threshold: number
    limits: FindingLimits
    score: number
    scoreStandardised: number
  } | null
  /** what is judged on it: the regions with their peaks there, what was drawn, or the slice itself */
  judged: { peaks: [x: number, y: number][] } | { drawing: Drawing } | null
  /** false for further slices of a finding, of which only the outline is kept */
  keepStatistics: boolean
}

/** What a verdict keeps of a slice. */
export interface SliceExamination {
  statistics: SliceStatistics | null
  region: Region | null
  mask: SliceMask | null
}

/**
 * Works out what a verdict keeps of a slice: statistics of its map, and region and mask of what is judged. The region is
 * that of the first peak; the mask covers all of them.
 * @throws NidusError `request-invalid` where no region has its peak at a pixel, or a drawing covers no pixel
 */
export function examineSlice(slice: ExaminedSlice): SliceExamination {
  const { map, rows, columns, judged, sliceIndex, sopInstanceUid } = slice
  const regions = map
    ? findRegions(map.values, rows, columns, map.threshold, map.limits.spacingMm).regions
    : []
  const statistics =
    map && slice.keepStatistics
      ? summariseSlice(map.values, map.foreground, {
          sliceIndex,
          sopInstanceUid,
          score: map.score,
          scoreStandardised: map.scoreStandardised,
          findingPeaks: regions
            .filter((region) => isLargeEnough(region, map.limits))
            .map(({ peak }) => peak)
            .sort((a, b) => b - a)
        })
      : null
  if (!judged) return { statistics, region: null, mask: null }
  if ('drawing' in judged) {
    const mask = rasteriseDrawing(judged.drawing, rows, columns)
    const region = regionOf(mask, slice)
    if (!region) throw new NidusError('request-invalid', { reason: 'the drawing covers no pixel' })
    return { statistics, region, mask: packMask(mask, rows, columns, slice) }
  }
  const mask = new Uint8Array(rows * columns)
  const found = judged.peaks.map(([x, y]) => {
    const region = regions.find(({ peakAt }) => peakAt[0] === x && peakAt[1] === y)
    const outline = map && region ? regionAt(map.values, rows, columns, map.threshold, [x, y]) : null
    if (!region || !outline) {
      throw new NidusError('request-invalid', { sliceIndex, reason: 'no finding has its peak there' })
    }
    for (let i = 0; i < mask.length; i += 1) if (outline[i]) mask[i] = 1
    return region
  })
  return { statistics, region: found[0] ?? null, mask: packMask(mask, rows, columns, slice) }
}

function regionOf(mask: Uint8Array, { map, columns, spacingMm }: ExaminedSlice): Region | null {
  const measured = measureMask(mask, columns)
  if (!measured) return null
  const areaMm2 = spacingMm ? measured.areaPx * spacingMm[0] * spacingMm[1] : null
  let [peak, sum, peakPixel, counted] = [-Infinity, 0, -1, 0]
  for (let i = 0; map && i < mask.length; i += 1) {
    if (!mask[i] || !map.foreground[i] || !Number.isFinite(map.values[i])) continue
    counted += 1
    sum += map.values[i]
    if (map.values[i] > peak) [peak, peakPixel] = [map.values[i], i]
  }
  if (counted === 0) return { ...measured, areaMm2, peak: null, mean: null, peakAt: null }
  const peakAt: [number, number] = [peakPixel % columns, Math.floor(peakPixel / columns)]
  return { ...measured, areaMm2, peak, mean: sum / counted, peakAt }
}
