import { NidusError } from '../../contract/errors'

/**
 * COCO's run-length code: the mask is read column by column (x outer, y inner); counts are runs of 0, then 1, then
 * 0, …, the first possibly empty. As text the counts are packed in base 32 from `0` on, from the fourth as
 * differences to the count two before (cocoapi, maskApi.c, rleToString and rleFrString).
 */

/**
 * @param mask 0 or not, [rows * columns], row by row
 * @returns runs, zeros first; their sum is rows * columns
 */
export function encodeRuns(mask: Uint8Array, rows: number, columns: number): number[] {
  if (mask.length !== rows * columns) throw new NidusError('internal', { reason: 'mask and size do not fit' })
  const counts: number[] = []
  let current = 0
  let run = 0
  for (let x = 0; x < columns; x += 1) {
    for (let y = 0; y < rows; y += 1) {
      const value = mask[y * columns + x] ? 1 : 0
      if (value !== current) {
        counts.push(run)
        current = value
        run = 0
      }
      run += 1
    }
  }
  counts.push(run)
  return counts
}

/**
 * The inverse of {@link encodeRuns}: 0 and 1, [rows * columns], row by row.
 * @throws NidusError `feedback-import-invalid` when the runs do not fill the mask exactly
 */
export function decodeRuns(counts: readonly number[], rows: number, columns: number): Uint8Array {
  const total = counts.reduce((sum, count) => sum + count, 0)
  if (total !== rows * columns || counts.some((count) => count < 0 || !Number.isInteger(count))) {
    throw new NidusError('feedback-import-invalid', { reason: 'run-length code does not fill the mask' })
  }
  const mask = new Uint8Array(rows * columns)
  let position = 0
  counts.forEach((count, index) => {
    if (index % 2 === 1) {
      for (let i = position; i < position + count; i += 1) {
        mask[(i % rows) * columns + Math.floor(i / rows)] = 1
      }
    }
    position += count
  })
  return mask
}

/** Counts as COCO's compressed text. */
export function packRuns(counts: readonly number[]): string {
  let text = ''
  counts.forEach((count, index) => {
    let rest = index > 2 ? count - counts[index - 2] : count
    for (let more = true; more;) {
      let digit = rest & 0x1f
      rest >>= 5
      more = digit & 0x10 ? rest !== -1 : rest !== 0
      if (more) digit |= 0x20
      text += String.fromCharCode(digit + 48)
    }
  })
  return text
}

/**
 * The inverse of {@link packRuns}.
 * @throws NidusError `feedback-import-invalid` for text that is not such a code
 */
export function unpackRuns(text: string): number[] {
  const counts: number[] = []
  for (let position = 0; position < text.length;) {
    let count = 0
    let shift = 0
    for (let more = true; more; shift += 5) {
      const digit = text.charCodeAt(position) - 48
      position += 1
      if (!(digit >= 0 && digit < 64) || shift > 30) {
        throw new NidusError('feedback-import-invalid', { reason: 'broken run-length code' })
      }
      count |= (digit & 0x1f) << shift
      more = (digit & 0x20) !== 0
      if (!more && digit & 0x10 && shift + 5 < 32) count |= -1 << (shift + 5)
    }
    counts.push(counts.length > 2 ? count + counts[counts.length - 2] : count)
  }
  return counts
}
