/** One image of a TIFF, as its directory describes it. */
export interface TiffPage {
  rows: number
  columns: number
  compression: number
  photometric: number
  samplesPerPixel: number
  tiled: boolean
  /** its first row is not to be shown at the top, or its first column not at the left */
  turned: boolean
  /** values are stored as their differences from others (TIFF 6.0, section 14) */
  predicted: boolean
  /** strips or tiles, those of one plane after those of the other; null where their places are not in these bytes */
  pieces: { firstRow: number; start: number; end: number }[] | null
  /** of strips that are not compressed and hold whole pixels: bytes of a row; else null */
  rowBytes: number | null
}

/** Numbers of a directory by tag, as many as lie in the bytes at hand. */
type Entries = ReadonlyMap<number, { count: number; values: number[] }>

/** Bytes of a value by TIFF field type: BYTE, SHORT, LONG, LONG8; others are no places or sizes. */
const fieldBytes: Record<number, 1 | 2 | 4 | 8> = { 1: 1, 3: 2, 4: 4, 16: 8 }

/** What is read of a directory (TIFF 6.0, section 8 and 15). */
const tags = {
  columns: 256,
  rows: 257,
  bits: 258,
  compression: 259,
  photometric: 262,
  orientation: 274,
  stripOffsets: 273,
  samplesPerPixel: 277,
  rowsPerStrip: 278,
  stripBytes: 279,
  planar: 284,
  predictor: 317,
  tileColumns: 322,
  tileRows: 323,
  tileOffsets: 324,
  tileBytes: 325
} as const
const known = new Set<number>(Object.values(tags))

/** The chain of a TIFF's image file directories (TIFF 6.0, section 2; BigTIFF). */
export interface TiffChain {
  /** those whose directories lie in the bytes at hand */
  pages: TiffPage[]
  /** where the bytes name a next directory that does not lie in them; null where the chain ends as it should */
  brokenLink: number | null
  /** it comes back to a directory that it has passed: a reader that counts them would never end */
  circular: boolean
}

/**
 * Follows the directories of a TIFF.
 * @param bytes the file or its beginning
 */
export function readTiffChain(bytes: Uint8Array): TiffChain {
  const chain: TiffChain = { pages: [], brokenLink: null, circular: false }
  if (bytes.length < 16) return chain
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const little = bytes[0] === 0x49
  const file: File = { view, little, big: view.getUint16(2, little) === 43, budget: bytes.length }
  const [countBytes, entryBytes, placeBytes] = file.big ? [8, 20, 8] : [2, 12, 4]
  const passed = new Set<number>()
  let link = file.big ? 8 : 4
  for (let place = placeAt(file, link); place !== 0 && file.budget > 0; place = placeAt(file, link)) {
    if (passed.has(place)) return { ...chain, pages: [], circular: true }
    passed.add(place)
    const isHeld = place + countBytes <= bytes.length
    const count = !isHeld ? 0 : file.big ? placeAt(file, place) : view.getUint16(place, little)
    const next = place + countBytes + count * entryBytes
    if (!isHeld || next + placeBytes > bytes.length) return { ...chain, brokenLink: link }
    chain.pages.push(describePage(readEntries(file, place + countBytes, count)))
    link = next
  }
  return chain
}

/** The same file with a chain that ends where it is broken, so that readers mind no further. */
export function endBrokenChain(bytes: Uint8Array): Uint8Array {
  const { pages, brokenLink } = readTiffChain(bytes)
  if (brokenLink === null || pages.length === 0) return bytes
  const isBig = bytes[2] === 43 || bytes[3] === 43
  return Uint8Array.from(bytes).fill(0, brokenLink, brokenLink + (isBig ? 8 : 4))
}

/**
 * How many rows of an image, from the first, lie wholly in a file.
 * @param sizeBytes of the file
 * @returns all of them where the directory does not tell
 */
export function heldRows({ rows, pieces, rowBytes }: TiffPage, sizeBytes: number): number {
  let held = rows
  for (const { firstRow, start, end } of pieces ?? []) {
    if (end <= sizeBytes) continue
    const ofPiece = rowBytes === null ? 0 : Math.max(0, Math.floor((sizeBytes - start) / rowBytes))
    held = Math.min(held, firstRow + ofPiece)
  }
  return held
}

interface File {
  view: DataView
  little: boolean
  /** BigTIFF */
  big: boolean
  /** entries and values still to be read: no more than a file has bytes, however its directories overlap */
  budget: number
}

function placeAt({ view, little, big }: File, at: number): number {
  return big ? Number(view.getBigUint64(at, little)) : view.getUint32(at, little)
}

function readEntries(file: File, start: number, entryCount: number): Entries {
  const { view, little, big } = file
  file.budget -= 1 + entryCount
  const entries = new Map<number, { count: number; values: number[] }>()
  for (let entry = 0; entry < entryCount; entry++) {
    const at = start + entry * (big ? 20 : 12)
    const tag = view.getUint16(at, little)
    const size = fieldBytes[view.getUint16(at + 2, little)]
    if (!known.has(tag) || size === undefined) continue
    const count = big ? placeAt(file, at + 4) : view.getUint32(at + 4, little)
    const inline = at + (big ? 12 : 8)
    const from = count * size <= (big ? 8 : 4) ? inline : placeAt(file, inline)
    const isHeld = from + count * size <= view.byteLength && count <= file.budget
    if (isHeld) file.budget -= count
    const values = Array.from({ length: isHeld ? count : 0 }, (_, k) => {
      const place = from + k * size
      if (size === 8) return Number(view.getBigUint64(place, little))
      return size === 4
        ? view.getUint32(place, little)
        : size === 2
          ? view.getUint16(place, little)
          : view.getUint8(place)
    })
    entries.set(tag, { count, values })
  }
  return entries
}

function describePage(entries: Entries): TiffPage {
  const one = (tag: number, otherwise: number): number => entries.get(tag)?.values[0] ?? otherwise
  const [rows, columns] = [one(tags.rows, 0), one(tags.columns, 0)]
  const [compression, samplesPerPixel] = [one(tags.compression, 1), one(tags.samplesPerPixel, 1)]
  const planes = one(tags.planar, 1) === 2 ? samplesPerPixel : 1
  const tiled = entries.has(tags.tileOffsets)
  const starts = entries.get(tiled ? tags.tileOffsets : tags.stripOffsets)?.values ?? []
  const sizes = entries.get(tiled ? tags.tileBytes : tags.stripBytes)?.values ?? []
  const pieceRows = Math.max(1, Math.min(rows, one(tiled ? tags.tileRows : tags.rowsPerStrip, rows)))
  const across = tiled ? Math.ceil(columns / Math.max(1, one(tags.tileColumns, columns))) : 1
  const perPlane = across * Math.ceil(rows / pieceRows)
  const isKnown = perPlane > 0 && starts.length === perPlane * planes && sizes.length === starts.length
  const pieces = starts.map((start, at) => ({
    firstRow: Math.floor((at % perPlane) / across) * pieceRows,
    start,
    end: start + (sizes[at] as number)
  }))
  const isPlain = compression === 1 && !tiled && planes === 1
  return {
    rows,
    columns,
    compression,
    photometric: one(tags.photometric, 1),
    samplesPerPixel,
    tiled,
    turned: one(tags.orientation, 1) !== 1,
    predicted: one(tags.predictor, 1) !== 1,
    pieces: isKnown ? pieces : null,
    rowBytes: isPlain ? Math.ceil((columns * samplesPerPixel * one(tags.bits, 1)) / 8) : null
  }
}
