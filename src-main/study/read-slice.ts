import { promises as fs } from 'node:fs'
import { NidusError } from '../contract/errors'
import type { Series, Slice } from '../contract/study'
import type { OpenedImage, StoredFrame } from '../image/image-types'
import { openImage } from '../image/open-image'
import { toModalityValues } from '../image/to-modality-values'
import { withPath } from './read-file-header'

/** A slice's pixels, as stored and as modality values. */
export interface SlicePixels {
  rows: number
  columns: number
  /** before rescale, palette or inversion */
  stored: StoredFrame
  /** [rows, columns] in the series' `valueUnit`; MONOCHROME1 is not inverted */
  modality: Float32Array
  /** of the finite modality values */
  minimum: number
  maximum: number
  spacingMm: [row: number, column: number] | null
  /** low values are to be shown bright (MONOCHROME1) */
  inverted: boolean
}

/** Files kept open between slices: multi-frame files would be read anew for every frame otherwise. */
const maxCachedBytes = 256 * 1024 * 1024
const maxFileBytes = 2 ** 31 - 1

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
 * @throws NidusError with the file's path and the reason in its context, no patient identifiers: `file-not-found`,
 *   `file-unreadable`, `dicom-truncated`, `pixel-decode-failed`, `frame-out-of-range`, …
 */
export async function readSlice(series: Series, slice: Slice): Promise<SlicePixels> {
  const { path, frame } = slice.source
  try {
    const image = await openCached(path)
    const { header } = image
    if (header.rows !== slice.rows || header.columns !== slice.columns) {
      throw new NidusError('file-unreadable', {
        series: series.id,
        reason: 'the file has changed since it was listed'
      })
    }
    const stored = await image.readFrame(frame)
    const modality = toModalityValues(stored, header, frame)
    const { minimum, maximum } = finiteRange(modality)
    return {
      rows: stored.rows,
      columns: stored.columns,
      stored,
      modality,
      minimum,
      maximum,
      spacingMm: slice.spacingMm,
      inverted: header.inverted
    }
  } catch (error) {
    throw withPath(error, path)
  }
}

async function openCached(path: string): Promise<OpenedImage> {
  const stat = await fs.stat(path)
  const known = cache.get(path)
  cache.delete(path)
  if (known && known.sizeBytes === stat.size && known.modifiedMs === stat.mtimeMs) {
    cache.set(path, known)
    return known.image
  }
  if (stat.size > maxFileBytes) throw new NidusError('file-unreadable', { reason: 'it is larger than 2 GiB' })
  const entry: CachedFile = {
    image: fs.readFile(path).then(openImage),
    heldBytes: stat.size,
    sizeBytes: stat.size,
    modifiedMs: stat.mtimeMs
  }
  cache.set(path, entry)
  try {
    const image = await entry.image
    entry.heldBytes = image.byteLength // more than the file where it was packed
    dropOldest()
    return image
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
