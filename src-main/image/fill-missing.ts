import type { ImageHeader, StoredFrame } from './image-types'
import { nativeFrameBits } from './shares-colour'

/**
 * Whether what a file holds of a native frame shows anything: a whole row, and a hundredth of the frame, which also
 * keeps a short file from claiming a large image into memory. Of colour in planes, the last ones would be missing.
 * @param heldBytes of the frame, from its first
 */
export function isWorthShowing(heldBytes: number, header: ImageHeader): boolean {
  if (header.planarConfiguration === 1 && header.samplesPerPixel > 1) return false
  const frameBytes = nativeFrameBits(header) / 8
  return heldBytes >= Math.max(frameBytes / header.rows, frameBytes / 100)
}

/**
 * Gives the pixels that a cut file lacks the padding value, or the lowest value that is there, so that they are not
 * taken for measurements. Colour becomes black.
 * @param stored decoded from bytes that end in `missingBytes` zeros; changed in place
 */
export function fillMissing(stored: StoredFrame, missingBytes: number, header: ImageHeader): StoredFrame {
  const { values, samplesPerPixel, rows } = stored
  const frameBits = nativeFrameBits(header)
  const missing = Math.ceil((missingBytes * 8 * rows * stored.columns) / frameBits)
  const held = Math.max(0, values.length / samplesPerPixel - missing)
  if (samplesPerPixel === 1) {
    let fill = header.pixelPaddingValue
    if (fill === null) {
      fill = values[0] ?? 0
      for (let at = 1; at < held; at++) if ((values[at] as number) < fill) fill = values[at] as number
    }
    values.fill(fill, held)
  } else blacken(stored, held, header)
  return { ...stored, missingBytes, missingRows: Math.ceil((missingBytes * 8 * rows) / frameBits) }
}

/** Luminance with colour differences has its zeros of these in the middle. */
function blacken(
  { values, samplesPerPixel, photometricInterpretation }: StoredFrame,
  held: number,
  header: ImageHeader
): void {
  values.fill(0, held * samplesPerPixel)
  if (!photometricInterpretation.startsWith('YBR')) return
  const middle = 2 ** (header.bitsStored - 1)
  for (let at = held * samplesPerPixel; at + 2 < values.length; at += samplesPerPixel) {
    values[at + 1] = middle
    values[at + 2] = middle
  }
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
