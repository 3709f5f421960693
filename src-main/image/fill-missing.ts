import type { ImageHeader, StoredFrame } from './image-types'
import { sharesColour } from './shares-colour'

/**
 * Whether what a file holds of a native frame shows anything: a whole row, and a hundredth of the frame, which also
 * keeps a short file from claiming a large image into memory.
 * @param heldBytes of the frame, from its first
 */
export function isWorthShowing(heldBytes: number, header: ImageHeader): boolean {
  const { rows, columns, samplesPerPixel, bitsAllocated } = header
  if (sharesColour(header)) return false
  const rowBytes = (columns * samplesPerPixel * bitsAllocated) / 8
  return heldBytes >= Math.max(rowBytes, (rowBytes * rows) / 100)
}

/**
 * Gives the pixels that a cut file lacks the padding value, or the lowest value that is there, so that they are not
 * taken for measurements. Colour stays black.
 * @param stored decoded from bytes that end in `missingBytes` zeros; changed in place
 */
export function fillMissing(stored: StoredFrame, missingBytes: number, header: ImageHeader): StoredFrame {
  const { values, samplesPerPixel } = stored
  if (samplesPerPixel === 1) {
    const missing = Math.ceil((missingBytes * 8) / header.bitsAllocated)
    const held = Math.max(0, values.length - missing)
    let fill = header.pixelPaddingValue
    if (fill === null) {
      fill = values[0] ?? 0
      for (let at = 1; at < held; at++) if ((values[at] as number) < fill) fill = values[at] as number
    }
    values.fill(fill, held)
  }
  const rowBits = stored.columns * samplesPerPixel * header.bitsAllocated
  return { ...stored, missingBytes, missingRows: Math.ceil((missingBytes * 8) / rowBits) }
}

/**
 * As {@link fillMissing} for a compressed frame without its end: decoders repeat one value from where it was cut on, so
 * the flat rows at the end are those that are missing. Where no row is flat, finer detail is missing everywhere.
 * @param missingBytes of the compressed frame, 1 where their number is unknown
 */
export function fillFlatEnd(stored: StoredFrame, missingBytes: number, header: ImageHeader): StoredFrame {
  const { rows, columns, samplesPerPixel, values } = stored
  const rowLength = columns * samplesPerPixel
  const last = (rows - 1) * rowLength
  const isFlat = (row: number): boolean => {
    for (let at = row * rowLength; at < (row + 1) * rowLength; at++) {
      if (values[at] !== values[last + (at % samplesPerPixel)]) return false
    }
    return true
  }
  let held = rows
  while (held > 0 && isFlat(held - 1)) held--
  return fillRows(stored, held === 0 ? rows : held, missingBytes, header)
}

/**
 * As {@link fillMissing} where the decoder tells which rows are there.
 * @param held rows from the first; where all are, they lack some of their detail
 * @param missingBytes of the compressed frame, 1 where their number is unknown
 */
export function fillRows(
  stored: StoredFrame,
  held: number,
  missingBytes: number,
  header: ImageHeader
): StoredFrame {
  const { rows, columns, samplesPerPixel } = stored
  if (held >= rows) return { ...stored, missingBytes }
  const flatBytes = ((rows - held) * columns * samplesPerPixel * header.bitsAllocated) / 8
  return { ...fillMissing(stored, flatBytes, header), missingBytes, missingRows: rows - held }
}
