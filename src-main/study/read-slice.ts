import { NidusError } from '../contract/errors'
import type { Series, Slice } from '../contract/study'
import type { OpenedImage, StoredFrame } from '../image/image-types'
import { openImage } from '../image/open-image'
import { findPadding, withoutPadding } from '../image/pixel-padding'
import { toModalityValues } from '../image/to-modality-values'
import { supplementColours, toRgb } from '../image/to-rgb'
import { openSource } from './open-source'
import { withPath } from './read-file-header'
import { limitOfWork, unwatched, type Workbench } from './reader-work'

/** A slice's pixels, as stored and as modality values. */
export interface SlicePixels {
  rows: number
  columns: number
  /** before rescale, palette or inversion */
  stored: StoredFrame
  /** [rows, columns] in the series' `valueUnit`; MONOCHROME1 is not inverted */
  modality: Float32Array
  /** of the finite modality values that are no padding */
  minimum: number
  maximum: number
  /** [rows, columns], 1 where nothing was measured; null where all was */
  padding: Uint8Array | null
  spacingMm: [row: number, column: number] | null
  /** height and width of a pixel where `spacingMm` is null, of which only the ratio means anything */
  pixelAspect: [row: number, column: number] | null
  /** low values are to be shown bright (MONOCHROME1) */
  inverted: boolean
  /** the file ends inside the pixels; what is missing is filled up */
  partial?: boolean
  /** rows at the end that are not wholly there */
  missingRows?: number
  /** integers beyond 2^53 lost their last digits */
  rounded?: boolean
  /** [rows, columns, 3], 8-bit red, green, blue of colour; null for grey, or where it was not asked for */
  rgb: Uint8Array | null
  /** [rows, columns, 4], colours of single pixels of a grey image, clear elsewhere; null as `rgb` */
  supplement: Uint8Array | null
  /** [rows, columns], 1 where an overlay (60xx) is set; null where there is none, or none was asked for */
  overlay: Uint8Array | null
}

/** Files kept open between slices: multi-frame files would be read anew for every frame otherwise. */
const maxCachedBytes = 256 * 1024 * 1024

interface CachedFile {
  image: Promise<OpenedImage>
  heldBytes: number
  sizeBytes: number
  modifiedMs: number
}

/** Least recently used first. */
const cache = new Map<string, CachedFile>()

/**
 * Reads and decodes one slice.
 * @param options `partial`: pixels that the file ends in are filled up, to be looked at; else they are refused.
 *   `display`: colours and overlays are wanted, too. `bench`: where it is decoded
 * @throws NidusError with the file's path and the reason in its context, no patient identifiers: `file-not-found`,
 *   `file-unreadable`, `dicom-truncated`, `pixel-decode-failed`, `frame-out-of-range`, …
 */
export async function readSlice(
  series: Series,
  slice: Slice,
  options: { partial?: boolean; display?: boolean; bench?: Workbench } = {}
): Promise<SlicePixels> {
  const { path } = slice.source
  const { bench = unwatched } = options
  try {
    const image = await openCached(path, bench)
    const { header } = image
    const isOther = header.format === 'dicom' && header.sopInstanceUid !== slice.sopInstanceUid
    if (header.rows !== slice.rows || header.columns !== slice.columns || isOther) {
      throw new NidusError('file-unreadable', {
        series: series.id,
        reason: 'the file has changed since it was listed'
      })
    }
    const samples = header.rows * header.columns * header.samplesPerPixel
    const limitMs = limitOfWork(image.byteLength / image.frameCount, samples)
    return await bench.decode({ path, limitMs }, () => pixelsOf(image, slice, options))
  } catch (error) {
    throw withPath(error, path)
  }
}

async function pixelsOf(
  image: OpenedImage,
  slice: Slice,
  options: { partial?: boolean; display?: boolean }
): Promise<SlicePixels> {
  const { header } = image
  const { frame } = slice.source
  const stored = await image.readFrame(frame, options)
  const modality = toModalityValues(stored, header, frame)
  const padding = findPadding(stored, header)
  const { minimum, maximum } = finiteRange(withoutPadding(modality, padding))
  return {
    rows: stored.rows,
    columns: stored.columns,
    stored,
    modality,
    minimum,
    maximum,
    padding,
    spacingMm: slice.spacingMm,
    pixelAspect: slice.pixelAspect ?? null,
    inverted: header.inverted,
    rgb: options.display ? toRgb(stored, header) : null,
    supplement: options.display ? supplementColours(stored, header) : null,
    overlay: options.display ? ((await image.readOverlay?.(frame)) ?? null) : null,
    partial: (stored.missingBytes ?? 0) > 0,
    missingRows: stored.missingRows,
    rounded: stored.rounded
  }
}

async function openCached(path: string, bench: Workbench): Promise<OpenedImage> {
  const source = await openSource(path)
  const { sizeBytes, modifiedMs } = source
  const known = cache.get(path)
  cache.delete(path)
  if (known && known.sizeBytes === sizeBytes && known.modifiedMs === modifiedMs) {
    cache.set(path, known)
    await source.close()
    return known.image
  }
  const image = source
    .readAll()
    .finally(() => source.close())
    .then((bytes) => bench.decode({ path, limitMs: limitOfWork(bytes.length) }, () => openImage(bytes)))
  const entry: CachedFile = { image, heldBytes: sizeBytes, sizeBytes, modifiedMs }
  cache.set(path, entry)
  try {
    const opened = await image
    entry.heldBytes = opened.byteLength // more than the file where it was packed
    dropOldest()
    return opened
  } catch (error) {
    if (cache.get(path) === entry) cache.delete(path)
    throw error
  }
}

function dropOldest(): void {
  let held = [...cache.values()].reduce((total, { heldBytes }) => total + heldBytes, 0)
  for (const [oldest, { heldBytes }] of cache) {
    if (held <= maxCachedBytes || cache.size === 1) break
    cache.delete(oldest)
    held -= heldBytes
  }
}

function finiteRange(values: Float32Array): { minimum: number; maximum: number } {
  let minimum = Infinity
  let maximum = -Infinity
  for (let at = 0; at < values.length; at++) {
    const value = values[at] as number
    // NaN fails both comparisons, infinities are ruled out
    if (value < minimum && value !== -Infinity) minimum = value
    if (value > maximum && value !== Infinity) maximum = value
  }
  return minimum <= maximum ? { minimum, maximum } : { minimum: 0, maximum: 0 }
}
