import type { Finding } from '../contract/analysis'
import { labelComponents } from '../preprocess/label-components'

/** The regions of one slice over a threshold, with the pixels they are made of. */
export interface SliceRegions {
  /** in order of first appearance, row by row */
  regions: Finding[]
  /** runs of pixels in a row, four numbers each: row, first column, last column, index into `regions`; in row order */
  runs: Int32Array
}

/**
 * The 8-connected regions of a map at or over a threshold, of any size.
 * @param map [rows * columns], score units, source grid
 * @param threshold score units
 * @param spacingMm between rows, between columns; null where unknown: then areas in mm2 are null
 */
export function findRegions(
  map: Float32Array,
  rows: number,
  columns: number,
  threshold: number,
  spacingMm: readonly [row: number, column: number] | null
): SliceRegions {
  const over = new Uint8Array(map.length)
  let anyOver = false
  for (let pixel = 0; pixel < map.length; pixel++) {
    if (!(map[pixel] >= threshold)) continue
    over[pixel] = 1
    anyOver = true
  }
  if (!anyOver) return { regions: [], runs: new Int32Array(0) }
  const { labels, sizes } = labelComponents(over, rows, columns, 8)
  const found = sizes.map(() => ({
    left: columns,
    right: -1,
    top: rows,
    bottom: -1,
    sum: 0,
    peak: -Infinity,
    peakAt: [0, 0] as [number, number]
  }))
  const runs: number[] = []
  for (let y = 0; y < rows; y++) {
    for (let x = 0; x < columns; x++) {
      const label = labels[y * columns + x]
      if (label === 0) continue
      const region = found[label]
      const first = x
      for (; x < columns && labels[y * columns + x] === label; x++) {
        const score = map[y * columns + x]
        region.sum += score
        if (score > region.peak) {
          region.peak = score
          region.peakAt = [x, y]
        }
      }
      // a run ends at background: two labels never touch within a row
      region.left = Math.min(region.left, first)
      region.right = Math.max(region.right, x - 1)
      region.top = Math.min(region.top, y)
      region.bottom = y
      runs.push(y, first, x - 1, label - 1)
    }
  }
  const pixelAreaMm2 = spacingMm ? spacingMm[0] * spacingMm[1] : null
  const regions = found.slice(1).map(({ left, right, top, bottom, sum, peak, peakAt }, i): Finding => {
    const areaPx = sizes[i + 1]
    return {
      bbox: [left, top, right - left + 1, bottom - top + 1],
      areaPx,
      areaMm2: pixelAreaMm2 === null ? null : areaPx * pixelAreaMm2,
      peak,
      mean: sum / areaPx,
      peakAt
    }
  })
  return { regions, runs: Int32Array.from(runs) }
}
