import { concat } from './build-dicom'

/** Entries of a directory: tag, type (3 SHORT, 4 LONG), value. */
type Entry = [tag: number, type: 3 | 4, value: number]

/**
 * A little-endian TIFF by its specification: pages of one strip of 16-bit grey that is not compressed, each behind its
 * directory.
 * @param pages values of each page, row by row
 */
export function buildTiff(rows: number, columns: number, pages: ArrayLike<number>[]): Uint8Array {
  const entryCount = 9
  const directoryBytes = 2 + 12 * entryCount + 4
  const stripBytes = rows * columns * 2
  const parts: Uint8Array[] = [Uint8Array.of(0x49, 0x49, 42, 0, 8, 0, 0, 0)]
  pages.forEach((values, index) => {
    const place = 8 + index * (directoryBytes + stripBytes)
    const entries: Entry[] = [
      [256, 4, columns],
      [257, 4, rows],
      [258, 3, 16], // BitsPerSample
      [259, 3, 1], // Compression: none
      [262, 3, 1], // PhotometricInterpretation: BlackIsZero
      [273, 4, place + directoryBytes], // StripOffsets
      [277, 3, 1], // SamplesPerPixel
      [278, 4, rows], // RowsPerStrip
      [279, 4, stripBytes] // StripByteCounts
    ]
    const directory = new DataView(new ArrayBuffer(directoryBytes))
    directory.setUint16(0, entryCount, true)
    entries.forEach(([tag, type, value], at) => {
      directory.setUint16(2 + 12 * at, tag, true)
      directory.setUint16(4 + 12 * at, type, true)
      directory.setUint32(6 + 12 * at, 1, true)
      if (type === 3) directory.setUint16(10 + 12 * at, value, true)
      else directory.setUint32(10 + 12 * at, value, true)
    })
    const next = index + 1 < pages.length ? place + directoryBytes + stripBytes : 0
    directory.setUint32(directoryBytes - 4, next, true)
    parts.push(new Uint8Array(directory.buffer), new Uint8Array(Uint16Array.from(values).buffer))
  })
  return concat(...parts)
}
