import type { Image } from 'cornerstone-core'
import type { SlicePixelsMessage } from '../../src-main/contract/channels'
import { nidus, unwrap } from '../api/nidus'
import { ByteCache } from './byte-cache'
import { compactStored } from './compact-stored'
import { makeColourImage, makeGreyImage, opaque, overlayPixels } from './make-image'

/** A slice ready to be shown and probed. */
export interface LoadedSlice {
  image: Image
  /** the file's own graphic overlays, over the colours; null where it has none */
  overlay: Image | null
  /** colours of single pixels of a grey image; null where it has none */
  colours: Image | null
  pixels: Omit<SlicePixelsMessage, 'stored'> & { stored: ArrayLike<number> | null }
}

/** 300 slices of 512 x 512: nothing of such a series is loaded twice. */
const keptBytes = 640 * 1024 * 1024
const cache = new ByteCache<LoadedSlice>(keptBytes)

/** Says which image lies at an index just now; null where nothing does. */
type IdentifySlice = (seriesId: string, sliceIndex: number) => string | null
let idOf: IdentifySlice = (seriesId, sliceIndex) => `${seriesId}/${sliceIndex}`

/** Has slices kept by their ids: while a series grows, an image changes its index and keeps its id. */
export function identifySlices(identify: IdentifySlice): void {
  idOf = identify
}

const keyOf = (seriesId: string, sliceIndex: number): string =>
  idOf(seriesId, sliceIndex) ?? `${seriesId}/no slice ${sliceIndex}`

/** The slice, if it is here already. */
export function peekSlice(seriesId: string, sliceIndex: number): LoadedSlice | undefined {
  return cache.peek(keyOf(seriesId, sliceIndex))
}

/** Loads a slice; several calls for one slice load it once. Throws RequestError. */
export function loadSlice(seriesId: string, sliceIndex: number): Promise<LoadedSlice> {
  const key = keyOf(seriesId, sliceIndex)
  const sliceId = idOf(seriesId, sliceIndex) ?? undefined
  return cache.load(key, async () => {
    const message = await unwrap(nidus.slicePixels({ seriesId, sliceIndex, sliceId }))
    const stored = message.stored && compactStored(message.stored, message.values)
    const pixels = { ...message, stored }
    const image = pixels.rgb
      ? makeColourImage(`colour:${key}`, pixels, opaque(pixels.rgb))
      : makeGreyImage(`grey:${key}`, pixels)
    const { supplement } = pixels
    const colours =
      supplement && new Uint8ClampedArray(supplement.buffer, supplement.byteOffset, supplement.length)
    const graphics = pixels.overlay ? overlayPixels(pixels.overlay, colours) : null
    const overlay = graphics && makeColourImage(`graphics:${key}`, pixels, graphics)
    const coloured = colours && makeColourImage(`colours:${key}`, pixels, colours)
    const bytes =
      image.sizeInBytes +
      (overlay?.sizeInBytes ?? 0) +
      (coloured?.sizeInBytes ?? 0) +
      pixels.values.byteLength +
      (stored === pixels.values ? 0 : (stored?.byteLength ?? 0)) +
      (pixels.rgb?.byteLength ?? 0) +
      (pixels.padding?.byteLength ?? 0)
    return { value: { image, overlay, colours: coloured, pixels }, bytes }
  })
}

/** Whether the slice is here already; does not count as use. */
export function hasSlice(seriesId: string, sliceIndex: number): boolean {
  return cache.has(keyOf(seriesId, sliceIndex))
}

/** How many slices of this size are kept at a time. */
export function slicesKept(rows: number, columns: number): number {
  // values of 4 bytes, steps and stored values of 2
  return Math.floor(keptBytes / (8 * rows * columns))
}

/** Forgets all slices. */
export function clearSlices(): void {
  cache.clear()
}
