import type { Preprocessing } from '../contract/manifest'
import { labelComponents } from './label-components'
import { percentileOfSorted } from './percentile'

/** The pixels that show the patient, and the box around them. */
export interface Foreground {
  /** [rows * columns], 0 or 1 */
  mask: Uint8Array
  count: number
  /** inclusive pixel bounds; meaningless where count is 0 */
  box: { firstRow: number; lastRow: number; firstColumn: number; lastColumn: number }
  /** smallest finite value of the slice, taken as the background level */
  base: number
}

/**
 * Finds the pixels that show the patient: values above a fraction of a percentile of the slice, of these the
 * largest 8-connected region, its holes filled. Non-finite values count as background.
 * @param values modality values, [rows * columns]
 */
export function findForeground(
  values: Float32Array,
  rows: number,
  columns: number,
  rule: Preprocessing['foreground']
): Foreground {
  const finite = new Float64Array(values.length)
  let finiteCount = 0
  for (const value of values) if (Number.isFinite(value)) finite[finiteCount++] = value
  const sorted = finite.subarray(0, finiteCount).sort()
  const base = finiteCount > 0 ? sorted[0] : 0
  if (rule.rule === 'full') return withBox(new Uint8Array(values.length).fill(1), rows, columns, base)

  const limit = base + rule.fraction * (percentileOfSorted(sorted, rule.percentile) - base)
  const above = new Uint8Array(values.length)
  for (let i = 0; i < values.length; i++) above[i] = values[i] > limit && Number.isFinite(values[i]) ? 1 : 0
  return withBox(fillHoles(largestComponent(above, rows, columns), rows, columns), rows, columns, base)
}

function largestComponent(mask: Uint8Array, rows: number, columns: number): Uint8Array {
  const { labels, sizes } = labelComponents(mask, rows, columns, 8)
  let largest = 0
  for (let label = 1; label < sizes.length; label++) if (sizes[label] > sizes[largest]) largest = label
  const kept = new Uint8Array(mask.length)
  if (largest > 0) for (let i = 0; i < kept.length; i++) kept[i] = labels[i] === largest ? 1 : 0
  return kept
}

function fillHoles(mask: Uint8Array, rows: number, columns: number): Uint8Array {
  const background = new Uint8Array(mask.length)
  for (let i = 0; i < mask.length; i++) background[i] = mask[i] ? 0 : 1
  const { labels, sizes } = labelComponents(background, rows, columns, 4)
  const touchesBorder = new Uint8Array(sizes.length)
  for (let x = 0; x < columns; x++) {
    touchesBorder[labels[x]] = 1
    touchesBorder[labels[(rows - 1) * columns + x]] = 1
  }
  for (let y = 0; y < rows; y++) {
    touchesBorder[labels[y * columns]] = 1
    touchesBorder[labels[y * columns + columns - 1]] = 1
  }
  const filled = new Uint8Array(mask.length)
  for (let i = 0; i < mask.length; i++) filled[i] = mask[i] || !touchesBorder[labels[i]] ? 1 : 0
  return filled
}

function withBox(mask: Uint8Array, rows: number, columns: number, base: number): Foreground {
  let count = 0
  const box = { firstRow: rows, lastRow: -1, firstColumn: columns, lastColumn: -1 }
  for (let y = 0; y < rows; y++) {
    for (let x = 0; x < columns; x++) {
      if (!mask[y * columns + x]) continue
      count++
      if (y < box.firstRow) box.firstRow = y
      if (y > box.lastRow) box.lastRow = y
      if (x < box.firstColumn) box.firstColumn = x
      if (x > box.lastColumn) box.lastColumn = x
    }
  }
  return { mask, count, box, base }
}
