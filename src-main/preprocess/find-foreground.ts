import type { Preprocessing } from '../contract/manifest'
import { labelComponents } from './label-components'
import { percentileOfFloats, smallestOf } from './percentile'

/** As many pixels may be undershoots of an interpolation. */
const undershootPercent = 1

/** The pixels that show the patient, and the box around them. */
export interface Foreground {
  /** [rows * columns], 0 or 1 */
  mask: Uint8Array
  count: number
  /** inclusive pixel bounds; meaningless where count is 0 */
  box: { firstRow: number; lastRow: number; firstColumn: number; lastColumn: number }
  /** level of the background in modality values, see backgroundLevel */
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
  const finite = finiteOf(values)
  if (rule.rule === 'full') {
    const base = finite.length > 0 ? smallestOf(finite) : 0
    return withBox(new Uint8Array(values.length).fill(1), rows, columns, base)
  }
  const high = percentileOfFloats(finite, rule.percentile)
  const base = finite.length > 0 ? backgroundLevel(finite, high, rule.fraction) : 0
  const limit = base + rule.fraction * (high - base)
  const above = new Uint8Array(values.length)
  for (let i = 0; i < values.length; i++) above[i] = values[i] > limit && Number.isFinite(values[i]) ? 1 : 0
  return withBox(fillHoles(largestComponent(above, rows, columns), rows, columns), rows, columns, base)
}

/**
 * The level of what is no patient: the smallest value, unless a few pixels lie far below all others. Interpolation
 * and filters leave undershoots beside edges; taken for the background, one of them lifts the real background above
 * the limit, and the whole slice becomes foreground. Hence at most the first percentile less half the fraction that
 * tells the foreground.
 */
function backgroundLevel(finite: Float32Array, high: number, fraction: number): number {
  const low = percentileOfFloats(finite, undershootPercent)
  return Math.max(smallestOf(finite), low - (fraction / 2) * (high - low))
}

/** The finite values; the array itself where all are. */
function finiteOf(values: Float32Array): Float32Array {
  const finite = new Float32Array(values.length)
  let count = 0
  for (let i = 0; i < values.length; i++) if (Number.isFinite(values[i])) finite[count++] = values[i]
  return count === values.length ? values : finite.subarray(0, count)
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
